import type { DebugProtocol } from '@vscode/debugprotocol';
import { ApexError } from '../protocol/errors.ts';
import type { Frame } from '../time-travel/replay/agent/jobs.ts';
import type { PausedProcess } from '../time-travel/replay/engine/pausedProcess.ts';
import { PREFIX } from '../time-travel/replay/instrument/probeText.ts';
import type { FramePlace } from './stackFrames.ts';
import { type PropertyDescriptor, type RemoteObject, valueText } from './values.ts';

type Names = (name: string) => string | undefined;

/** What a `variablesReference` stands for: an object in a process that stands at the current point. */
interface Reference {
  process: PausedProcess;
  objectId: string;
  /** How the program would name it, where it can. */
  path?: string;
  /** Shown before the properties: `this` of a frame. */
  extra?: { name: string; value: RemoteObject };
  scope?: boolean;
  /** What the author calls the scope's variables, where a source map tells of other names. */
  names?: Names;
  /** The frame that it was reached from. */
  frame: FramePlace;
  /** A getter that runs when it is opened, in a process of its own. */
  getter?: { objectId: string };
}

interface Properties {
  result: PropertyDescriptor[];
  /** Such as `#balance`; accessors have no value here. */
  privateProperties?: PropertyDescriptor[];
  internalProperties?: { name: string; value?: RemoteObject }[];
}

const SCOPES: Record<string, string> = {
  local: 'Local',
  block: 'Block',
  catch: 'Catch',
  closure: 'Closure',
  module: 'Module',
  global: 'Global',
  with: 'With',
  eval: 'Eval',
  'wasm-expression-stack': 'Stack',
};
const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*$/u;

/** The variables of one moment. References grow over the whole session, so that an old one is never another's. */
export class Variables {
  #references = new Map<number, Reference>();
  #copies = new Set<PausedProcess>();
  #next = 1;

  /** Time has moved: what was shown is no longer there. */
  clear(): void {
    this.#references.clear();
    for (const copy of this.#copies) copy.close();
    this.#copies.clear();
  }

  /** A process made for one question lives until time moves, because its answer can be opened. */
  keep(copy: PausedProcess): void {
    this.#copies.add(copy);
  }

  /** `names`: of the variables in each scope of the frame. */
  scopes(
    process: PausedProcess,
    frame: Frame,
    { place, names }: { place: FramePlace; names: readonly (Names | undefined)[] },
  ): DebugProtocol.Scope[] {
    return frame.scopes
      .map((scope, index) => ({ ...scope, names: names[index] }))
      .filter(({ type }) => type !== 'script')
      .map(({ type, name, objectId, names }) => {
        const extra =
          type === 'local' && frame.thisId
            ? { name: 'this', value: { type: 'object', objectId: frame.thisId, description: 'this' } }
            : undefined;
        const variablesReference = this.#refer({ process, objectId, scope: true, extra, frame: place, names });
        const title = SCOPES[type] ?? type;
        return {
          name: name && type !== 'local' ? `${title} (${name})` : title,
          ...(type === 'local' && { presentationHint: 'locals' }),
          variablesReference,
          expensive: type === 'global',
        };
      });
  }

  async children(
    reference: number,
    window: { filter?: 'indexed' | 'named'; start?: number; count?: number } = {},
  ): Promise<DebugProtocol.Variable[]> {
    const owner = this.#references.get(reference);
    if (!owner) throw new ApexError('stale-reference', 'These variables belong to another moment.');
    if (owner.getter) return [await this.#callGetter(owner)];
    const {
      result,
      privateProperties = [],
      internalProperties = [],
    } = await owner.process.cdp<Properties>('Runtime.getProperties', {
      objectId: owner.objectId,
      ownProperties: true,
      generatePreview: true,
    });
    let properties = result.filter(({ name }) => !name.startsWith(PREFIX));
    const { filter, start = 0, count } = window;
    if (filter) properties = properties.filter(({ name }) => isIndex(name) === (filter === 'indexed'));
    if (!owner.scope) properties = [...properties.filter(isPublic), ...properties.filter((one) => !isPublic(one))];
    if (start || count) properties = properties.slice(start, count ? start + count : undefined);
    if (filter !== 'indexed') properties = [...properties, ...privateProperties];
    const shown = await Promise.all(properties.map((property) => this.#property(owner, property)));
    const internal =
      filter === 'indexed'
        ? []
        : internalProperties.flatMap(({ name, value }) =>
            value && !name.startsWith('[[Scopes')
              ? [this.variable(owner.process, name, value, { frame: owner.frame })]
              : [],
          );
    return [...(await this.#extra(owner)), ...shown, ...internal];
  }

  variable(
    process: PausedProcess,
    name: string,
    value: RemoteObject,
    { evaluateName, frame = { index: 0 } }: { evaluateName?: string; frame?: FramePlace } = {},
  ): DebugProtocol.Variable {
    // A symbol has an id, and nothing in it.
    const opens = value.objectId !== undefined && value.type !== 'symbol';
    const variablesReference = opens
      ? this.#refer({ process, objectId: value.objectId!, path: evaluateName, frame })
      : 0;
    const indexed = indexedCount(value);
    return {
      name,
      value: valueText(value),
      type: value.className ?? value.type,
      variablesReference,
      ...(evaluateName !== undefined && { evaluateName }),
      ...(indexed !== undefined && { indexedVariables: indexed, namedVariables: 1 }),
    };
  }

  /** How the program would name a variable of a reference, where it can, and in which of its frames. @throws ApexError */
  nameOf(reference: number, name: string): { path: string; frame: FramePlace } | undefined {
    const owner = this.#references.get(reference);
    if (!owner) throw new ApexError('stale-reference', 'These variables belong to another moment.');
    const path = memberPath(owner, name);
    return path === undefined ? undefined : { path, frame: owner.frame };
  }

  #refer(reference: Reference): number {
    const number = this.#next++;
    this.#references.set(number, reference);
    return number;
  }

  async #property(owner: Reference, property: PropertyDescriptor): Promise<DebugProtocol.Variable> {
    const { value, get } = property;
    const name = owner.names?.(property.name) ?? property.name;
    const path = property.symbol ? undefined : memberPath(owner, name);
    if (value) return this.variable(owner.process, name, value, { evaluateName: path, frame: owner.frame });
    if (get && get.type !== 'undefined') {
      const variablesReference = this.#refer({
        process: owner.process,
        objectId: owner.objectId,
        getter: { objectId: get.objectId! },
        frame: owner.frame,
        path,
      });
      return { name, value: '(…)', variablesReference, evaluateName: path, presentationHint: { lazy: true } };
    }
    const unset = !property.set || property.set.type === 'undefined';
    return { name, value: unset ? 'not initialised yet' : '(set only)', variablesReference: 0 };
  }

  /** The getter may change the program: it runs in a copy. */
  async #callGetter(owner: Reference): Promise<DebugProtocol.Variable> {
    const copy = await owner.process.copy();
    if (!copy) throw new ApexError('replay-crashed', 'No process could be made for the getter.');
    this.keep(copy);
    const { result } = await copy.cdp<{ result: RemoteObject }>('Runtime.callFunctionOn', {
      functionDeclaration: 'function (getter) { return Reflect.apply(getter, this, []); }',
      objectId: owner.objectId,
      arguments: [{ objectId: owner.getter!.objectId }],
      generatePreview: true,
    });
    return this.variable(copy, '', result, { evaluateName: owner.path, frame: owner.frame });
  }

  async #extra({ process, extra, frame }: Reference): Promise<DebugProtocol.Variable[]> {
    if (!extra) return [];
    const { result } = await process.cdp<{ result: RemoteObject }>('Runtime.callFunctionOn', {
      functionDeclaration: 'function () { return this; }',
      objectId: extra.value.objectId,
      generatePreview: true,
      throwOnSideEffect: true,
    });
    return [this.variable(process, extra.name, result, { evaluateName: extra.name, frame })];
  }
}

function indexedCount({ subtype, description }: RemoteObject): number | undefined {
  const match = subtype === 'array' || subtype === 'typedarray' ? /\((\d+)\)$/.exec(description ?? '') : null;
  const count = match ? Number(match[1]) : 0;
  return count > 100 ? count : undefined;
}

function memberPath(owner: Reference, name: string): string | undefined {
  if (owner.scope) return name;
  if (owner.path === undefined) return undefined;
  // Private names mean nothing outside of their class.
  if (name.startsWith('#')) return undefined;
  if (isIndex(name)) return `${owner.path}[${name}]`;
  return IDENTIFIER.test(name) ? `${owner.path}.${name}` : `${owner.path}[${JSON.stringify(name)}]`;
}

const isIndex = (name: string) => /^\d+$/.test(name);
const isPublic = ({ name, enumerable }: PropertyDescriptor) => enumerable !== false && !name.startsWith('_');
