import type { Transform } from '../../protocol/sandboxBridge.ts';
import { compilePattern } from '../policy/patterns.ts';
import { type Change, leafFromJson, leafToJson } from './leaves.ts';

/** Calls function number `at` of the bridge once for each list of arguments, in a sandbox of its own. */
export type CallFunction = (at: number, calls: unknown[][]) => Promise<unknown[]>;

/** One step on the way from one end of a bridge to the other. */
export type Step = (changes: Change[]) => Promise<Change[]> | Change[];

const REDACTED = '[redacted]';

/** The steps of one direction, and the code of the functions that they call. */
export interface Plan {
  there: Step[];
  back: Step[];
  functions: string[];
}

/**
 * Composes the steps of a bridge. On the way back renames are undone, redacted values are not carried (the original would be
 * lost), and a custom function without `back` carries nothing.
 */
export function planTransforms(
  transforms: readonly Transform[],
  filter: { include?: string[] | undefined; exclude?: string[] | undefined },
  call: CallFunction,
): Plan {
  const functions: string[] = [];
  const there: Step[] = [keep(filter)];
  const back: Step[] = [];
  for (const transform of transforms) {
    if ('redact' in transform) {
      const hidden = anyOf(transform.redact);
      there.push((changes) =>
        changes.map((change) => (hidden(change.key) && 'value' in change ? { ...change, value: REDACTED } : change)),
      );
      back.unshift((changes) => changes.filter(({ key }) => !hidden(key)));
    } else if ('rename' in transform) {
      const { from, to } = transform.rename;
      there.push(rename(from, to));
      back.unshift(rename(to, from));
    } else {
      there.push(custom(functions.push(transform.custom) - 1, call));
      back.unshift(transform.back === undefined ? () => [] : custom(functions.push(transform.back) - 1, call));
    }
  }
  back.push(keep(filter));
  return { there, back, functions };
}

/** The keys of the first end that the filter lets through. */
function keep({ include, exclude }: { include?: string[] | undefined; exclude?: string[] | undefined }): Step {
  const wanted = include ? anyOf(include) : () => true;
  const unwanted = exclude ? anyOf(exclude) : () => false;
  return (changes) => changes.filter(({ key }) => wanted(key) && !unwanted(key));
}

function rename(from: string, to: string): Step {
  return (changes) =>
    changes.map((change) => {
      if (change.key === from) return { ...change, key: to };
      return change.key.startsWith(`${from}/`) ? { ...change, key: to + change.key.slice(from.length) } : change;
    });
}

function custom(at: number, call: CallFunction): Step {
  return async (changes) => {
    const calls = changes.flatMap(({ key, value }) => (value === undefined ? [] : [[leafToJson(value), key]]));
    const results = (calls.length > 0 ? await call(at, calls) : []).values();
    return changes.map((change) =>
      change.value === undefined ? change : { ...change, value: leafFromJson(results.next().value) },
    );
  };
}

function anyOf(patterns: readonly string[]): (key: string) => boolean {
  const tests = patterns.map(compilePattern);
  return (key) => tests.some((test) => test(key));
}
