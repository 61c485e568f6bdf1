import { ts } from '../syntax/typescript.ts';
import { everyKind, type KindSet, kindSet } from '../values/kinds.ts';
import type { Schema } from '../values/schema.ts';
import { clear } from '../values/taint.ts';
import { deepTaints, newObject, objectValue, unknown, type Value } from '../values/value.ts';
import { arrayOf, elementsOf } from './collections.ts';
import type { Environment } from './environment.ts';
import type { CallEvent, Frame, Machine } from './machine.ts';
import { apply, applyToPath } from './narrowing.ts';
import { patternClears } from './patternGuard.ts';

const library =
  /^(?:zod|yup|joi|@hapi\/joi|celebrate\.Joi|Joi|valibot|superstruct|@sinclair\/typebox\.Type|@sinclair\/typebox\.t)\b/;
/** All of them, ajv among them, at a glance: every call is asked. */
const libraries = /^(?:zod|yup|joi|@hapi\/joi|celebrate|Joi|valibot|superstruct|@sinclair\/typebox|ajv)\b/;
const textKinds = kindSet('nosql', 'type', 'merge');
const numberKinds = everyKind & ~kindSet('allocation');

const numbers =
  /^(number|int|int32|integer|float|float32|float64|bigint|nan|port|finite|positive|Number|Integer|BigInt)$/;
const closed =
  /^(boolean|bool|date|enum|nativeEnum|literal|valid|equal|oneOf|null|undefined|void|never|Boolean|Enum|Literal|Null|picklist|stringbool|enums)$/;
const formats =
  /^(uuid|guid|uuidv[467]|cuid2?|ulid|nanoid|alphanum|hex|hexadecimal|ip|ipv[46]|ipVersion|cidrv?[46]?|datetime|isoDate|iso|base64url|isoDateTime|digits|mac|objectId)$/;
const patterns = /^(regex|matches|pattern)$/;
const anyText = /^(string|String|email|url|uri|text|nonempty|templateLiteral)$/;

/** `z.object({ id: z.number() })` and what is called on it; undefined when the call is none of a schema. */
export function callSchema(machine: Machine, event: CallEvent, environment: Environment): Value | undefined {
  const known = event.receiver?.object?.schema;
  if (known) return onSchema(machine, event, known, environment);
  // `const validate = ajv.compile(schema)`: its answer is a truth value.
  if (event.callee.object?.schema) return unknown;
  if (!event.refs.some((ref) => libraries.test(ref))) return undefined;
  if (event.refs.some((ref) => /^ajv(\.default|\.Ajv|\/dist\/[\w.]+)?\(\)\.compile$/.test(ref))) {
    const schema = event.arguments[0] && fromJson(event.arguments[0]);
    return schema && made(schema, event.node);
  }
  if (event.refs.includes('@sinclair/typebox/value.Value.Parse') || event.refs.includes('joi.attempt')) {
    const [schema, data] = event.refs.includes('joi.attempt') ? [...event.arguments].reverse() : event.arguments;
    return schema?.object?.schema && data ? passed(machine, schema.object.schema, data, event) : undefined;
  }
  if (!event.refs.some((ref) => library.test(ref))) return undefined;
  const schema = fromBuilder(event.name, event.arguments);
  return schema && made(schema, event.node);
}

function made(schema: Schema, node: ts.Node): Value {
  return objectValue({ ...newObject('instance', node), schema });
}

/** `z.string()`, `Joi.object({ ... })`; options of a TypeBox type are JSON Schema. */
function fromBuilder(name: string, values: readonly Value[]): Schema | undefined {
  const [first] = values;
  if (numbers.test(name)) return { clears: numberKinds };
  if (closed.test(name)) return { clears: everyKind };
  if (formats.test(name)) return { clears: everyKind };
  if (anyText.test(name)) return { clears: textKinds | patternIn(first) };
  if (/^(object|strictObject|looseObject|Object|type)$/.test(name)) return { clears: 0, fields: fieldsOf(first) };
  if (/^(array|Array|set|items)$/.test(name)) return { clears: 0, element: first?.object?.schema ?? { clears: 0 } };
  if (/^(record|Record|map)$/.test(name)) return { clears: 0, element: values.at(-1)?.object?.schema ?? { clears: 0 } };
  if (/^(union|Union|alternatives|try|or)$/.test(name)) return anyOf(first ? partsOf(first) : []);
  if (/^(optional|Optional|nullable|nullish|lazy|effects|preprocess|pipe)$/.test(name))
    return values.findLast((value) => value.object?.schema)?.object?.schema;
  return /^(any|unknown|Any|Unknown|mixed|custom|instanceof|binary|symbol|func)$/.test(name)
    ? { clears: 0 }
    : undefined;
}

function patternIn(options: Value | undefined): KindSet {
  const value = options?.object?.properties.get('pattern');
  const source = value?.pattern?.source ?? value?.text;
  return source === undefined ? 0 : patternClears({ source, flags: '' }, true);
}

function fieldsOf(value: Value | undefined): ReadonlyMap<string, Schema> {
  const fields = new Map<string, Schema>();
  for (const [name, held] of value?.object?.properties ?? []) fields.set(name, held.object?.schema ?? { clears: 0 });
  return fields;
}

function partsOf(list: Value): Schema[] {
  return [...(list.object?.properties.values() ?? [])].map((part) => part.object?.schema ?? { clears: 0 });
}

function anyOf(parts: readonly Schema[]): Schema {
  return { clears: parts.length === 0 ? 0 : parts.reduce((kinds, part) => kinds & part.clears, everyKind) };
}

/** JSON Schema, as ajv and Fastify take it. */
function fromJson(value: Value, depth = 0): Schema {
  const part = (name: string): Value | undefined => value.object?.properties.get(name);
  if (value.object?.schema) return value.object.schema;
  const type = part('type')?.text;
  if (part('enum') || part('const')) return { clears: everyKind };
  if (type === 'number' || type === 'integer') return { clears: numberKinds };
  if (type === 'boolean' || type === 'null') return { clears: everyKind };
  if (type === 'string') {
    const format = part('format')?.text ?? '';
    return {
      clears: textKinds | patternIn(value) | (formats.test(format) || /^(date|time)/.test(format) ? everyKind : 0),
    };
  }
  const items = part('items');
  if (type === 'array') return { clears: 0, element: items && depth < 4 ? fromJson(items, depth + 1) : { clears: 0 } };
  const fields = new Map<string, Schema>();
  for (const [name, field] of part('properties')?.object?.properties ?? [])
    if (depth < 4) fields.set(name, fromJson(field, depth + 1));
  return { clears: 0, fields };
}

/** A method of a schema: one more condition, or data that is tested by it. */
function onSchema(machine: Machine, event: CallEvent, schema: Schema, environment: Environment): Value {
  const { name, node } = event;
  const [first] = event.arguments;
  if (/^(parse|parseAsync|validateSync|validateAsync|attempt|assert|cast)$/.test(name) && first) {
    return tested(machine, schema, event, environment);
  }
  if (/^(safeParse|safeParseAsync|spa|validate)$/.test(name) && first) {
    const value = tested(machine, schema, event, environment);
    const result = newObject('object', node);
    for (const key of ['data', 'value', 'output']) result.properties.set(key, value);
    // yup's `validate` gives the value itself.
    for (const [key, held] of value.object?.properties ?? []) result.properties.set(key, held);
    return { ...objectValue(result), taints: value.taints };
  }
  if (patterns.test(name)) {
    const kinds = first?.pattern ? patternClears(first.pattern, true) : 0;
    return made({ ...schema, clears: schema.clears | kinds }, node);
  }
  if (formats.test(name) || closed.test(name)) return made({ ...schema, clears: everyKind }, node);
  if (numbers.test(name)) return made({ ...schema, clears: schema.clears | numberKinds }, node);
  if (/^(transform|preprocess|catchall)$/.test(name)) return made({ clears: 0 }, node);
  if (/^(array)$/.test(name)) return made({ clears: 0, element: schema }, node);
  if (/^(items|of)$/.test(name)) return made({ clears: 0, element: first?.object?.schema ?? { clears: 0 } }, node);
  if (/^(or|allow)$/.test(name))
    return made(name === 'or' ? anyOf([schema, first?.object?.schema ?? { clears: 0 }]) : schema, node);
  if (/^(extend|keys|merge|append|shape|safeExtend|concat)$/.test(name)) {
    const more = first?.object?.schema?.fields ?? fieldsOf(first);
    return made({ clears: 0, fields: new Map([...(schema.fields ?? []), ...more]) }, node);
  }
  return made(schema, node);
}

/** What passes, from the data; the data itself has passed too where the program goes on. */
function tested(machine: Machine, schema: Schema, event: CallEvent, environment: Environment): Value {
  const argument = ts.isCallExpression(event.node) ? event.node.arguments[0] : undefined;
  const result = passed(machine, schema, event.arguments[0] ?? unknown, event);
  if (argument) narrow(machine, schema, argument, environment, event.frame);
  return result;
}

function passed(machine: Machine, schema: Schema, data: Value, event: CallEvent): Value {
  if (schema.fields) {
    const object = newObject('object', event.node);
    for (const [name, field] of schema.fields) {
      object.properties.set(name, passed(machine, field, machine.member(data, name, event.node, event.frame), event));
    }
    return objectValue(object);
  }
  if (schema.element) {
    const element = data.object ? elementsOf(data) : machine.member(data, undefined, event.node, event.frame);
    return arrayOf(passed(machine, schema.element, element, event));
  }
  if (schema.clears === numberKinds) return { taints: clear(deepTaints(data), numberKinds), scalar: true };
  return { ...data, taints: clear(data.taints, schema.clears) };
}

/** After data was found valid, its fields hold what the schema lets through. */
export function narrow(
  machine: Machine,
  schema: Schema,
  data: ts.Expression,
  environment: Environment,
  frame: Frame,
): void {
  for (const [name, { clears }] of schema.fields ?? []) {
    if (clears !== 0) applyToPath(machine, data, name, clears, environment, frame);
  }
  if (schema.clears !== 0) apply(machine, data, schema.clears, environment, frame);
}
