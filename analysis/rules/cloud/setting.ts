import type { CallEvent } from '../../flow/machine.ts';
import { ts } from '../../syntax/typescript.ts';
import type { HeapObject, Value } from '../../values/value.ts';

/** What is known of one setting of a resource. `node` is where it is written, when it is written in a literal. */
export type Setting =
  | { state: 'missing'; node: ts.Node | undefined }
  | { state: 'unknown' }
  | { state: 'set'; value: Value; node: ts.Node | undefined };

/** `aws-s3.Bucket` for a call of what the AWS CDK (version 1 or 2) exports under that name. */
export function cdkName(event: CallEvent): string | undefined {
  return event.refs.map(cdkRef).find((name) => name !== undefined);
}

/** The same for any name: `aws-cdk-lib/aws-s3.Bucket`, `aws-cdk-lib.aws_s3.Bucket`, `@aws-cdk/aws-s3.Bucket`. */
export function cdkRef(ref: string): string | undefined {
  const found = /^(?:aws-cdk-lib[/.]|@aws-cdk\/)aws[-_]([a-z0-9_]+)\.(.+)$/.exec(ref);
  return found ? `aws-${found[1]}.${found[2]}` : undefined;
}

/** The properties of a construct: the third argument of `new Construct(scope, id, properties)`. */
export function constructSetting(event: CallEvent, path: readonly string[]): Setting {
  if (!ts.isNewExpression(event.node)) return { state: 'unknown' };
  if (event.node.arguments?.some(ts.isSpreadElement)) return { state: 'unknown' };
  return settingOf(event.arguments[2], path);
}

/** A setting below an options value; `undefined` counts as missing, as it does at run time. */
export function settingOf(options: Value | undefined, path: readonly string[]): Setting {
  let value = options;
  let node: ts.Node | undefined;
  for (const name of path) {
    if (value === undefined || isUndefined(value)) return { state: 'missing', node };
    const object: HeapObject | undefined = value.object;
    if (!object) return { state: 'unknown' };
    const held = object.properties.get(name);
    if (!held && !(object.closed && object.rest.taints.length === 0)) return { state: 'unknown' };
    if (held) node = settingNode(object, name) ?? node;
    value = held;
  }
  return value === undefined || isUndefined(value) ? { state: 'missing', node } : { state: 'set', value, node };
}

function isUndefined(value: Value): boolean {
  return value.constant !== undefined && value.constant.value === undefined;
}

/** The property in the literal that made the object. */
export function settingNode(object: HeapObject, name: string): ts.Node | undefined {
  if (!object.node || !ts.isObjectLiteralExpression(object.node)) return undefined;
  return object.node.properties.find((property) => {
    const key = property.name;
    if (!key) return false;
    if (ts.isComputedPropertyName(key)) return ts.isStringLiteralLike(key.expression) && key.expression.text === name;
    return (ts.isIdentifier(key) || ts.isStringLiteralLike(key)) && key.text === name;
  });
}

/** True for a member of an enumeration of the CDK: `s3.BucketEncryption.UNENCRYPTED`. */
export function isMember(value: Value, ...names: readonly string[]): boolean {
  return value.refs?.some((ref) => names.some((name) => ref.endsWith(`.${name}`))) ?? false;
}
