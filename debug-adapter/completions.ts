import type { DebugProtocol } from '@vscode/debugprotocol';
import type { Frame } from '../time-travel/replay/agent/jobs.ts';
import type { OriginalNames } from '../time-travel/replay/engine/originalNames.ts';
import type { PausedProcess } from '../time-travel/replay/engine/pausedProcess.ts';
import { PREFIX } from '../time-travel/replay/instrument/probeText.ts';
import { evaluateAt } from './evaluate.ts';
import type { PropertyDescriptor } from './values.ts';

/** A list longer than this helps nobody. */
const MOST = 500;
const NAME = '[\\p{ID_Start}$_][\\p{ID_Continue}$\\u200c\\u200d]*';
/** At the end of the text: an object that is safe to read, if any, and the beginning of a name. */
const BEGUN = new RegExp(`(?:((?:${NAME})(?:\\??\\.(?:${NAME})|\\[\\d+\\])*)\\??\\.)?((?:${NAME})?)$`, 'u');
const IDENTIFIER = new RegExp(`^${NAME}$`, 'u');

/** How a text goes on at its end: names in scope, or of an object's properties. Nothing of the program runs for it. */
export async function completionsAt(
  process: PausedProcess,
  frame: Frame | undefined,
  text: string,
  names: OriginalNames,
): Promise<DebugProtocol.CompletionItem[]> {
  const [, object, begun = ''] = BEGUN.exec(text) ?? [];
  const before = text.at(-begun.length - 1);
  // After a dot whose object is no plain name, or within a string or number, nothing is known.
  if (object === undefined && (before === '.' || /[\d'"`]/.test(before ?? ''))) return [];
  const found =
    object === undefined
      ? await namesInScope(process, frame, names)
      : await namesOf(process, frame, object, names).catch(() => []);
  return [...new Map(found.map((one) => [one.name, one])).values()]
    .filter(({ name }) => name.startsWith(begun) && IDENTIFIER.test(name) && !name.startsWith(PREFIX))
    .slice(0, MOST)
    .map(({ name, value }) => ({
      label: name,
      type: value?.type === 'function' ? (object ? 'method' : 'function') : object ? 'property' : 'variable',
      start: text.length - begun.length + 1,
      length: begun.length,
    }));
}

async function namesInScope(
  process: PausedProcess,
  frame: Frame | undefined,
  names: OriginalNames,
): Promise<PropertyDescriptor[]> {
  const scopes = await Promise.all(
    (frame?.scopes ?? []).map(async ({ objectId, range }) => {
      const original = await names.scope(frame!, range);
      const found = await properties(process, objectId, true);
      return found.map((one) => ({ ...one, name: original?.(one.name) ?? one.name }));
    }),
  );
  const self: PropertyDescriptor[] = frame?.thisId ? [{ name: 'this' }] : [];
  return [...self, ...scopes.flat()];
}

/** The object's own properties first, then those of its prototypes. */
async function namesOf(process: PausedProcess, frame: Frame | undefined, object: string, names: OriginalNames) {
  const generated = frame ? await names.expression(object, frame) : object;
  const { result } = await evaluateAt(process, frame?.callFrameId, `Object(${generated})`, false);
  return result.objectId ? properties(process, result.objectId, false) : [];
}

async function properties(process: PausedProcess, objectId: string, own: boolean): Promise<PropertyDescriptor[]> {
  const { result } = await process.cdp<{ result: PropertyDescriptor[] }>('Runtime.getProperties', {
    objectId,
    ownProperties: own,
  });
  return result;
}
