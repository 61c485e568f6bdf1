import type { CallEvent, Machine } from '../../flow/machine.ts';
import { ts } from '../../syntax/typescript.ts';
import { knownText, type Value } from '../../values/value.ts';
import type { Rule } from '../rule.ts';
import { cdkName, isMember, type Setting, settingOf } from './setting.ts';

const id = 'cloud-broad-permission';

/** Actions with which one can give oneself more rights (Rhino Security Labs, "AWS IAM Privilege Escalation"). */
const escalating = new Set(
  [
    'AddUserToGroup AttachGroupPolicy AttachRolePolicy AttachUserPolicy CreateAccessKey CreateLoginProfile',
    'CreatePolicyVersion PassRole PutGroupPolicy PutRolePolicy PutUserPolicy SetDefaultPolicyVersion',
    'UpdateAssumeRolePolicy UpdateLoginProfile',
  ]
    .join(' ')
    .split(' ')
    .map((action) => `iam:${action}`)
    .concat('lambda:UpdateFunctionCode', 'sts:AssumeRole', 'glue:UpdateDevEndpoint'),
);

interface Statement {
  /** Property names of this way to write a statement. */
  options: Value;
  names: { effect: string; actions: string; resources: string; principals: string };
}

const classNames = { effect: 'effect', actions: 'actions', resources: 'resources', principals: 'principals' };
const jsonNames = { effect: 'Effect', actions: 'Action', resources: 'Resource', principals: 'Principal' };

function call(event: CallEvent, machine: Machine): void {
  for (const statement of statementsOf(event)) checkStatement(statement, event, machine);
}

function statementsOf(event: CallEvent): Statement[] {
  const name = cdkName(event);
  const options = event.arguments[0];
  if (!options || !name?.startsWith('aws-iam.')) return [];
  if (name === 'aws-iam.PolicyStatement' && ts.isNewExpression(event.node)) return [{ options, names: classNames }];
  if (name === 'aws-iam.PolicyStatement.fromJson') return [{ options, names: jsonNames }];
  if (name !== 'aws-iam.PolicyDocument.fromJson') return [];
  const list = settingOf(options, ['Statement']);
  if (list.state !== 'set') return [];
  const each = list.value.object?.kind === 'array' ? [...list.value.object.properties.values()] : [list.value];
  return each.map((one) => ({ options: one, names: jsonNames }));
}

function checkStatement({ options, names }: Statement, event: CallEvent, machine: Machine): void {
  const effect = settingOf(options, [names.effect]);
  if (effect.state === 'unknown') return;
  if (effect.state === 'set' && (knownText(effect.value) === 'Deny' || isMember(effect.value, 'DENY'))) return;
  const actions = settingOf(options, [names.actions]);
  const resources = settingOf(options, [names.resources]);
  const principals = settingOf(options, [names.principals]);
  const say = (setting: Setting, find: (value: Value) => boolean, message: string): void => {
    const place = placeOf(setting, find);
    if (place) machine.report(id, place === true ? event.node : place, event.frame.unit, { message });
  };
  say(principals, isAnyone, 'The policy grants rights to anyone.');
  say(actions, (value) => knownText(value) === '*', 'The policy grants every action.');
  const done = elementsOf(actions).map(knownText);
  // A key's own policy speaks of that key as `*`.
  const ownKey = done.length > 0 && done.every((action) => action?.startsWith('kms:'));
  const everything = (value: Value): boolean => knownText(value) === '*';
  if (!ownKey) say(resources, everything, 'The policy grants rights to every resource.');
  if (!done.some((action) => action !== undefined && escalating.has(action))) return;
  const others = (value: Value): boolean =>
    /^arn:.*:(user|role|group|policy|function)[/:]\*$/.test(knownText(value) ?? '');
  say(resources, others, 'With this action on any of them, whoever has the policy can take over more rights.');
}

function isAnyone(value: Value): boolean {
  if (knownText(value) === '*') return true;
  const named = value.object?.properties.get('AWS');
  if (named) return elementsOf({ state: 'set', value: named, node: undefined }).some(isAnyone);
  return value.refs?.some((ref) => /\.(StarPrincipal|AnyPrincipal|Anyone)(\(\))?$/.test(ref)) ?? false;
}

function elementsOf(setting: Setting): Value[] {
  if (setting.state !== 'set') return [];
  const { value } = setting;
  return value.object?.kind === 'array' ? [...value.object.properties.values()] : [value];
}

/** Where the wanted element is written; true when it is there but its place is not known. */
function placeOf(setting: Setting, find: (value: Value) => boolean): ts.Node | true | undefined {
  const elements = elementsOf(setting);
  const index = elements.findIndex(find);
  if (index < 0 || setting.state !== 'set') return undefined;
  const written = setting.node && ts.isPropertyAssignment(setting.node) ? setting.node.initializer : undefined;
  if (written && ts.isArrayLiteralExpression(written)) return written.elements[index] ?? written;
  return setting.node ?? true;
}

export const cloudPermission: Rule = {
  id,
  title: 'Cloud policy that grants too much',
  cwe: [732, 284, 269],
  owasp: 'A01:2021 Broken Access Control',
  severity: 'medium',
  confidence: 'medium',
  explanation:
    'A policy with `*` for whom, what or where gives rights to people and parts that need none; whoever gets hold of one of ' +
    'them has them all. Name the principals, actions and resources that are meant.',
  wrong: `import * as iam from 'aws-cdk-lib/aws-iam';
export const uploads = new iam.PolicyStatement({
  actions: ['*'],
  resources: ['arn:aws:s3:::uploads/*'],
});
`,
  right: `import * as iam from 'aws-cdk-lib/aws-iam';
export const uploads = new iam.PolicyStatement({
  actions: ['s3:GetObject'],
  resources: ['arn:aws:s3:::uploads/*'],
});
`,
  observer: { call },
};
