import type { CallEvent, Frame, Machine } from '../flow/machine.ts';
import { unwrap } from '../syntax/parse.ts';
import { ts } from '../syntax/typescript.ts';
import { knownText, type Value } from '../values/value.ts';
import { lastNameOf } from './misuse.ts';
import type { Rule } from './rule.ts';

const id = 'incomplete-address-check';
const addressName =
  /ur[li]|href|host|origin|domain|link|referr?er|address|site|redirect|target|location|return_?to|callback/i;
const domain = '(?:[\\w-]+\\.)+(?:com|org|net|edu|gov|io|co|uk|de|info|biz|app|dev)';
const wholeHost = new RegExp(`^(?:\\w+:)?(?://)?${domain}$`, 'i');
const dotAsAny = /[a-z\d-](?<!\\)\.(?:com|org|net|edu|gov|info|biz|io|co\\?\.uk)(?![\w*+?{.-])/i;
const hostInPattern = /(?:^|[^\w\\])(?:[\w-]+\\\.)+(?:com|org|net|edu|gov|info|biz|io)(?![\w\\-])/i;

function call(event: CallEvent, machine: Machine): void {
  const message = schemeFault(event) ?? hostFault(event) ?? patternFault(event);
  if (message) machine.report(id, whole(event.node), event.frame.unit, { message });
}

/** `url.indexOf('javascript:') === 0` alone: `data:` and `vbscript:` run scripts too. */
function schemeFault(event: CallEvent): string | undefined {
  const isTextTest = /^(indexOf|startsWith|includes|search|match|lastIndexOf)$/.test(event.name);
  const text = isTextTest ? event.arguments[0] && knownText(event.arguments[0]) : undefined;
  const pattern = patternOf(event);
  const named = text !== undefined ? /^\s*javascript:?\s*$/i.test(text) : /javascript(\\s\*)?:/i.test(pattern ?? '');
  if (!named || (pattern !== undefined && coversSchemes(pattern))) return undefined;
  return coversSchemes(surroundings(event.node)) ? undefined : schemeMessage;
}

const schemeMessage =
  'Only `javascript:` is refused: addresses with `data:` or `vbscript:` run scripts as well. Allow known schemes instead.';

function expression(node: ts.Expression, _value: Value, frame: Frame, machine: Machine): void {
  if (!ts.isBinaryExpression(node) || !isEquality(node.operatorToken.kind)) return;
  const text = [node.left, node.right].map(unwrap).find(ts.isStringLiteralLike)?.text;
  if (text === undefined || !/^\s*javascript:\s*$/i.test(text) || coversSchemes(surroundings(node))) return;
  machine.report(id, node, frame.unit, { message: schemeMessage });
}

function isEquality(kind: ts.SyntaxKind): boolean {
  return (
    kind === ts.SyntaxKind.EqualsEqualsEqualsToken ||
    kind === ts.SyntaxKind.EqualsEqualsToken ||
    kind === ts.SyntaxKind.ExclamationEqualsEqualsToken ||
    kind === ts.SyntaxKind.ExclamationEqualsToken
  );
}

function coversSchemes(text: string): boolean {
  return /\bdata\b/i.test(text) && /vbscript/i.test(text);
}

/** The function around a node, or the statement at the top of a file. */
function surroundings(node: ts.Node): string {
  let at = node;
  while (at.parent && !ts.isFunctionLike(at) && !ts.isSourceFile(at.parent)) at = at.parent;
  return at.getText();
}

/** A host that is looked for anywhere in an address, or only at an end that others can have too. */
function hostFault(event: CallEvent): string | undefined {
  const { name, receiver } = event;
  const text = event.arguments[0] && knownText(event.arguments[0]);
  if (text === undefined || !receiver || receiver.object || !wholeHost.test(text)) return undefined;
  if (!/^(indexOf|includes|startsWith|endsWith)$/.test(name) || !isAddress(event)) return undefined;
  if (name === 'startsWith')
    return text.includes('//')
      ? `\`${text}.attacker.net\` begins with this too: compare the host of a parsed URL.`
      : undefined;
  if (name === 'endsWith')
    return `\`attacker-${text}\` ends with this too: compare the whole host, or put a dot in front.`;
  return `\`${text}\` can stand anywhere in an address, in its path or before another host: compare the host of a parsed URL.`;
}

function isAddress({ node, receiver }: CallEvent): boolean {
  const callee = ts.isCallExpression(node) ? unwrap(node.expression) : undefined;
  if (!callee || !ts.isPropertyAccessExpression(callee)) return false;
  return addressName.test(lastNameOf(unwrap(callee.expression))) || (receiver?.taints.length ?? 0) > 0;
}

/** The source of the pattern that a call tests a text with. */
function patternOf({ name, receiver, arguments: values }: CallEvent): string | undefined {
  if (name === 'test' || name === 'exec') return receiver?.pattern?.source;
  return name === 'match' || name === 'search' ? values[0]?.pattern?.source : undefined;
}

/** A pattern for a host in which a dot matches any sign, or that is not held to the beginning of the text. */
function patternFault(event: CallEvent): string | undefined {
  const source = patternOf(event);
  if (source === undefined || event.name === 'exec') return undefined;
  const plain = source.replace(/\\\//g, '/');
  if (dotAsAny.test(plain)) return 'The dot before the end of the host name matches any sign: escape it (`\\.`).';
  const tested = event.name === 'test' || isCondition(event.node);
  const open = tested && !/[\^$]/.test(plain.replace(/\[\^/g, '')) && hostInPattern.test(plain);
  if (open && /:\/\//.test(plain))
    return 'The pattern matches anywhere in the text, so that another host can stand in front: begin it with `^`.';
  return undefined;
}

function isCondition(node: ts.Node): boolean {
  let at = node;
  while (ts.isParenthesizedExpression(at.parent) || ts.isPrefixUnaryExpression(at.parent)) at = at.parent;
  const parent = at.parent;
  return (ts.isIfStatement(parent) || ts.isConditionalExpression(parent)) && 'expression' in parent;
}

/** The comparison that a call stands in: `url.indexOf(x) === 0`. */
function whole(node: ts.Node): ts.Node {
  return ts.isBinaryExpression(node.parent) && isEquality(node.parent.operatorToken.kind) ? node.parent : node;
}

export const incompleteAddressCheck: Rule = {
  id,
  title: 'Check of an address that others pass too',
  cwe: [20, 184, 777],
  owasp: 'A04:2021 Insecure Design',
  severity: 'medium',
  confidence: 'medium',
  explanation:
    'The host of an address ends at the first slash, and what comes before it can be anybody’s: a test for some text in the ' +
    'address passes `https://attacker.net/?example.com`. Parse the address with URL and compare its protocol and host with ' +
    'those that are allowed.',
  wrong: `exports.isOurs = (url) => url.includes('example.com');
`,
  right: `exports.isOurs = (url) => new URL(url).host === 'example.com';
`,
  observer: { call, expression },
};
