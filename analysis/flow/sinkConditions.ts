import type { SinkRow } from '../models/model.ts';
import type { ts } from '../syntax/typescript.ts';
import { kindSet } from '../values/kinds.ts';
import { mark } from '../values/taint.ts';
import { deepTaints, type HeapObject, HOLE, isTrue, knownText, objectValue, type Value } from '../values/value.ts';
import type { CallEvent } from './machine.ts';

const sqlStart =
  /^[\s(]*(select|insert\s|update\s|delete\s|replace\s|create\s|drop\s|alter\s|with\s|call\s|exec|merge\s|truncate\s|grant\s|pragma|union\s|where\s)/i;
const sqlAnywhere =
  /\b(select\b[\s\S]*\bfrom\b|insert\s+into\b|update\b[\s\S]*\bset\b|delete\s+from\b|where\s+\S+\s*(=|like|in\b)|order\s+by)/i;

/** Text that is SQL by what is known of it. */
export function looksLikeSql(text: string): boolean {
  return sqlStart.test(text) || sqlAnywhere.test(text);
}

/** The value as the sink sees it, with what does not count taken off; undefined when the sink does not apply. */
export function sinkApplies(row: SinkRow, value: Value, event: CallEvent | undefined): Value | undefined {
  switch (row.when) {
    case undefined:
      return value;
    case 'sql-text':
      return value.text !== undefined && looksLikeSql(value.text) ? value : undefined;
    case 'shell':
      return event?.arguments.some((argument) => {
        const shell = argument.object?.properties.get('shell');
        return shell !== undefined && (isTrue(shell) || shell.text !== undefined);
      })
        ? value
        : undefined;
    case 'interpreter':
      return event && interpretedText(event);
    case 'no-root':
      return event?.arguments.some((argument) => argument.object?.properties.has('root')) ? undefined : value;
    case 'leading':
      return leadingPart(value);
    case 'insecure-url':
      return {
        ...value,
        taints: value.taints.filter((taint) => taint.origin.kind === 'source' && taint.origin.source === 'cleartext'),
      };
    case 'built-markup':
      return value.text !== undefined && /<[a-z!/]/i.test(value.text) ? value : undefined;
    case 'built-text':
      return value.text !== undefined && /[a-z]{2}/i.test(value.text.replaceAll(HOLE, ' ')) ? value : undefined;
    case 'query-object':
      return event && queryObject(value, event);
    case 'with-arguments':
      return (event?.arguments.length ?? 0) > 1 && value.text !== undefined && value.taints.length > 0
        ? value
        : undefined;
    case 'location-header':
      return /^location$/i.test(headerName(event) ?? '') ? leadingPart(value) : undefined;
    case 'text': {
      if (value.functions) return undefined;
      const taints = value.taints.filter(
        (taint) => value.text !== undefined || taint.origin.kind === 'source' || taint.marks & mark.text,
      );
      return { ...value, taints };
    }
    case 'markup':
      if (event && sendsNoMarkup(event)) return undefined;
      return value.object && !value.text && value.taints.length > 0 && value.object.kind !== 'array'
        ? undefined
        : value;
  }
}

const interpreters: Readonly<Record<string, RegExp>> = {
  sh: /^-\w*c$/,
  bash: /^-\w*c$/,
  zsh: /^-\w*c$/,
  dash: /^-\w*c$/,
  ksh: /^-\w*c$/,
  ash: /^-\w*c$/,
  cmd: /^\/c$/i,
  powershell: /^-(c|command)$/i,
  pwsh: /^-(c|command)$/i,
  node: /^(-e|--eval|-p|--print|-pe)$/,
  python: /^-c$/,
  python3: /^-c$/,
  perl: /^-e$/,
  ruby: /^-e$/,
  php: /^-r$/,
};

/** `spawn('sh', ['-c', text])`: what a shell or an interpreter reads as its program. */
function interpretedText(event: CallEvent): Value | undefined {
  const [program, list] = event.arguments;
  const name =
    program &&
    knownText(program)
      ?.split(/[\\/]/)
      .at(-1)
      ?.replace(/\.exe$/i, '');
  const flag = name !== undefined && Object.hasOwn(interpreters, name) ? interpreters[name]! : undefined;
  if (!flag || list?.object?.kind !== 'array') return undefined;
  const words = [...list.object.properties.values()];
  const at = words.findIndex((word) => flag.test(knownText(word) ?? ''));
  return at < 0 ? undefined : words[at + 1];
}

const setsType = /\b(?:type|contentType)\(\s*['"`]([^'"`]+)|content-type['"`]?\s*[,:]\s*['"`]([^'"`]+)/gi;
const noMarkup = new WeakMap<ts.Node, boolean>();

/** The function that answers says that the answer is plain text, JSON or another type in which tags mean nothing. */
function sendsNoMarkup({ frame }: CallEvent): boolean {
  const node = frame.fn.node;
  let known = noMarkup.get(node);
  if (known === undefined) {
    const types = [...node.getText().matchAll(setsType)].map((match) => match[1] ?? match[2]!);
    known = types.length > 0 && !types.some((type) => /html?|xml|svg|\$\{/i.test(type));
    noMarkup.set(node, known);
  }
  return known;
}

function headerName(event: CallEvent | undefined): string | undefined {
  const first = event?.arguments[0];
  return first && knownText(first);
}

/** The call must look like a query: an object (or what came whole from outside), on something that is no array. */
function queryObject(value: Value, event: CallEvent): Value | undefined {
  const receiver = event.receiver;
  if (
    value.functions ||
    value.text !== undefined ||
    receiver?.object?.kind === 'array' ||
    receiver?.refs?.some((ref) => /^(\$|knex\b)/.test(ref))
  )
    return undefined;
  // `{ where: ... }` is how SQL mappers take a query: their values are sent as parameters.
  if (event.arguments.some((argument) => argument.object?.properties.has('where'))) return undefined;
  if (event.name === 'aggregate' && value.object?.kind === 'array') return value;
  if (value.object) return value.object.kind === 'object' ? operatorsTaken(value, value.object) : undefined;
  const whole = value.taints.filter((taint) => taint.origin.kind === 'source' && !(taint.marks & mark.text));
  return whole.length > 0 ? { ...value, taints: whole } : undefined;
}

/** `{ name: { $eq: x } }` compares with x whatever it is; `{ $where: text }` runs it, even where it is a text. */
function operatorsTaken(value: Value, query: HeapObject): Value {
  const where = query.properties.get('$where');
  if (where?.text !== undefined && where.taints.length > 0) {
    return {
      ...value,
      taints: where.taints.map((taint) => ({ ...taint, cleared: taint.cleared & ~kindSet('nosql') })),
    };
  }
  const properties = [...query.properties].filter(([, { object }]) => !object?.properties.has('$eq'));
  if (properties.length === query.properties.size) return value;
  const object = { ...query, properties: new Map(properties) };
  return { ...value, object, taints: deepTaints(objectValue(object)) };
}

/** Keeps only taint that decides the start: behind a fixed host, or a fixed path, it does not. */
export function leadingPart(value: Value): Value | undefined {
  const text = value.text;
  if (text === undefined) return value;
  const head = text.split(HOLE)[0]!;
  if (head === '') return value;
  const fixedHost = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]+[/?#]/i.test(head);
  const fixedPath =
    /^\/(?![/\\])./.test(head) || head === '?' || head === '#' || /^\.{1,2}\//.test(head) || /^[?#]/.test(head);
  if (fixedHost || fixedPath) return undefined;
  if (/^(mailto|tel|data|blob|about):/i.test(head)) return undefined;
  return { ...value, taints: value.taints.map((taint) => ({ ...taint, marks: taint.marks & ~mark.prefixed })) };
}
