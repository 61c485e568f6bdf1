import type { SinkRow } from '../models/model.ts';
import { mark } from '../values/taint.ts';
import { HOLE, isTrue, knownText, type Value } from '../values/value.ts';
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
      return value.object && !value.text && value.taints.length > 0 && value.object.kind !== 'array'
        ? undefined
        : value;
  }
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
    receiver?.refs?.some((ref) => ref.startsWith('$'))
  )
    return undefined;
  // `{ where: ... }` is how SQL mappers take a query: their values are sent as parameters.
  if (event.arguments.some((argument) => argument.object?.properties.has('where'))) return undefined;
  if (value.object) return value.object.kind === 'object' ? value : undefined;
  const whole = value.taints.filter((taint) => taint.origin.kind === 'source' && !(taint.marks & mark.text));
  return whole.length > 0 ? { ...value, taints: whole } : undefined;
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
