import { originalPositionFor } from '@jridgewell/trace-mapping';
import { ApexError } from '../../../protocol/errors.ts';
import type { Frame, ProgramFunction } from '../agent/jobs.ts';
import { parseFirst } from '../instrument/instrument.ts';
import { OriginalTexts } from '../names/originalTexts.ts';
import { renameExpression } from '../names/renameExpression.ts';
import { ScriptNames } from '../names/scriptNames.ts';
import type { LoadedMap, SourceMaps, SourcePlace } from './sourceMaps.ts';

interface NamedScript {
  names: ScriptNames;
  loaded: LoadedMap;
}

/** Larger scripts are shown with the names that they have: reading one takes seconds. */
const LARGEST = 20e6;

/** What variables and functions of scripts with source maps are called where their author wrote them. */
export class OriginalNames {
  readonly #maps: SourceMaps;
  readonly #textOf: (path: string) => Promise<string | undefined>;
  readonly #scripts = new Map<string, Promise<NamedScript | undefined>>();

  constructor(maps: SourceMaps, textOf: (path: string) => Promise<string | undefined>) {
    this.#maps = maps;
    this.#textOf = textOf;
  }

  /** Adds to each frame of the program where it comes from. */
  async describe(frames: readonly Frame[]): Promise<void> {
    for (const frame of frames) {
      if (!frame.program || frame.original) continue;
      const original = await this.#maps.originalOf(frame);
      if (original) frame.original = { ...original, name: await this.functionAt(frame) };
    }
  }

  /**
   * An expression in the author's names as it is to be evaluated at a place of a script.
   * @throws ApexError `no-such-object` where a variable of it cannot be reached
   */
  async expression(text: string, place: SourcePlace): Promise<string> {
    const found = await this.#at(place);
    if (!found) return text;
    const { names, offset, source } = found;
    return renameExpression(text, (name) => {
      try {
        return names.generated(name, offset, source);
      } catch (error) {
        throw new ApexError('no-such-object', `${(error as Error).message}.`);
      }
    });
  }

  /** The same in the function that begins at an offset of a script. */
  async expressionIn(text: string, path: string, start: number): Promise<string> {
    const script = await this.#of(path);
    return script ? this.expression(text, { path, ...script.names.placeOf(start) }) : text;
  }

  /** Says what the author calls a variable of one of a frame's scopes. */
  async scope(
    frame: Frame,
    range: Frame['scopes'][number]['range'],
  ): Promise<((name: string) => string | undefined) | undefined> {
    const found = await this.#at(frame);
    if (!found) return undefined;
    const { names, offset, source } = found;
    const part = range && { start: names.offsetOf(range.start), end: names.offsetOf(range.end) };
    return (name) => names.original(name, offset, source, part);
  }

  /** The author's name of the function in which a place of a script lies. */
  async functionAt(place: SourcePlace): Promise<string | undefined> {
    const script = await this.#of(place.path);
    return script?.names.functionAt(script.names.offsetOf(place));
  }

  /** What people call a function. */
  async functionName({ path, start, name }: ProgramFunction): Promise<string | undefined> {
    return (await this.#of(path))?.names.functionFrom(start) ?? name;
  }

  /** Where functions of this name of the author's begin, as offsets; undefined for a script without a map. */
  async functionsNamed(path: string, name: string): Promise<number[] | undefined> {
    const loaded = await this.#maps.mapOf(path);
    if (!loaded || !(await this.#mentions(loaded, path, name.split('.').at(-1)!))) return loaded && [];
    return (await this.#of(path))?.names.functionsNamed(name);
  }

  /** The statement of a script that holds a place. */
  async statementAt(place: SourcePlace): Promise<SourcePlace> {
    const names = (await this.#of(place.path))?.names;
    return names ? { path: place.path, ...names.placeOf(names.statementAt(names.offsetOf(place))) } : place;
  }

  /** Most scripts do not hold a word at all: these need not be read. */
  async #mentions({ map }: LoadedMap, path: string, word: string): Promise<boolean> {
    if (map.names.includes(word) || map.sourcesContent?.some((text) => text?.includes(word))) return true;
    return (await this.#textOf(path))?.includes(word) ?? false;
  }

  async #at(place: SourcePlace) {
    const script = await this.#of(place.path);
    if (!script) return undefined;
    const { names, loaded } = script;
    const { source } = originalPositionFor(loaded.map, { line: place.line + 1, column: place.column });
    const index = source === null ? -1 : loaded.map.resolvedSources.indexOf(source);
    return index < 0 ? undefined : { names, offset: names.offsetOf(place), source: index };
  }

  #of(path: string): Promise<NamedScript | undefined> {
    let known = this.#scripts.get(path);
    if (!known) {
      known = this.#read(path);
      this.#scripts.set(path, known);
      known.catch(() => this.#scripts.delete(path));
    }
    return known;
  }

  async #read(path: string): Promise<NamedScript | undefined> {
    const loaded = await this.#maps.mapOf(path);
    const text = loaded && (await this.#textOf(path));
    if (text === undefined || text.length > LARGEST) return undefined;
    const program = parseFirst(text, ['module', 'commonjs']);
    if (!program) return undefined;
    return { names: new ScriptNames(text, program, new OriginalTexts(loaded!.map, loaded!.paths)), loaded: loaded! };
  }
}
