import type { AnyNode, Program } from 'acorn';
import { lineStarts, positionAt } from '../instrument/columnMap.ts';
import { findNamedFunctions } from '../instrument/functionNames.ts';
import { findProbePlaces } from '../instrument/probePlaces.ts';
import { childNodes, findScopes, resolve, type Scope, type ScopeMap } from '../instrument/scopes.ts';
import { findVariables, type NamedVariable } from './identifiers.ts';
import type { OriginalTexts, WrittenName } from './originalTexts.ts';
import { Votes } from './votes.ts';

/** A part of a script; offsets. */
export interface TextRange {
  start: number;
  end: number;
}

/** How a name of the author's reads in the script: another name, or what a bundler put there (`cart_1.total`). */
export interface GeneratedName {
  text: string;
  /** It is a property of an object: what calls it names no receiver in the author's text. */
  isMember: boolean;
}

/** The names of one scope as one of the author's files has them. */
interface NamesOfScope {
  generated: Map<string, GeneratedName>;
  original: Map<string, string>;
}

/**
 * What the variables and functions of a script are called in the files that it was made from. A bundler renames what would
 * collide, a minifier everything, and both put modules' objects in place of imported names. A name in the script and
 * one in a source are the same variable where the map leads from one to the other in most places that name it.
 */
export class ScriptNames {
  readonly #starts: number[];
  readonly #program: Program;
  /** Where execution can stand. */
  readonly #stops: ReadonlySet<number>;
  readonly #scopes: ScopeMap;
  readonly #texts: OriginalTexts;
  /** By scope, then by index of the source. */
  readonly #names = new Map<Scope, Map<number, NamesOfScope>>();
  /** By the offset at which they begin; the plain name first. */
  readonly #functions = new Map<number, string[]>();
  /** Where was asked last. Many questions are about one place. */
  #asked: { offset: number; scope: Scope } | undefined;

  constructor(text: string, program: Program, texts: OriginalTexts) {
    this.#starts = lineStarts(text);
    this.#program = program;
    this.#stops = new Set(findProbePlaces(program).probes.map(({ start }) => start));
    this.#scopes = findScopes(program);
    this.#texts = texts;
    const variables = findVariables(program, this.#scopes);
    this.#findNames(variables);
    const declaring = new Map(variables.map(({ node, scope }) => [node as AnyNode, scope]));
    const rename = (node: AnyNode, name: string) => {
      const written = this.#writtenAt(node);
      const scope = declaring.get(node);
      if (!scope) return written?.name ?? name;
      // All places of a variable together tell its name better than one.
      return (written && this.#names.get(scope)?.get(written.source)?.original.get(name)) ?? name;
    };
    for (const { start, names } of findNamedFunctions(program, rename)) this.#functions.set(start, names);
  }

  offsetOf({ line, column }: { line: number; column: number }): number {
    return (this.#starts[line] ?? 0) + column;
  }

  placeOf(offset: number): { line: number; column: number } {
    return positionAt(this.#starts, offset);
  }

  /** Where the statement begins that holds an offset, which a minifier may have put in the middle of it. */
  statementAt(offset: number): number {
    let statement = offset;
    for (let node: AnyNode | undefined = this.#program; node; ) {
      if (this.#stops.has(node.start) && node.type !== 'Program') statement = node.start;
      // Between the statements of a block the next one is meant.
      if (node.type === 'BlockStatement') statement = offset;
      node = childNodes(node).find(({ start, end }) => start <= offset && offset < end);
    }
    return statement;
  }

  /** The name of the function in which an offset lies; undefined for the top level and for one without a name. */
  functionAt(offset: number): string | undefined {
    return this.#functions.get(this.#scopeAt(offset).owner.node.start)?.[0];
  }

  /** What people call the function that begins at an offset: the longest of its names. */
  functionFrom(start: number): string | undefined {
    return this.#functions.get(start)?.at(-1);
  }

  /** Offsets at which functions of this name (`add`, `Till.add`) begin. */
  functionsNamed(name: string): number[] {
    return [...this.#functions].flatMap(([start, names]) => (names.includes(name) ? [start] : []));
  }

  /**
   * How a name of a source reads in the script at an offset. Undefined where the script has no other name for it.
   * @throws Error when another variable has taken the name there
   */
  generated(name: string, offset: number, source: number): GeneratedName | undefined {
    const from = this.#scopeAt(offset);
    for (let scope: Scope | undefined = from; scope; scope = scope.parent) {
      const found = this.#names.get(scope)?.get(source)?.generated.get(name);
      if (!found) continue;
      if (resolve(found.text.split('.')[0]!, from) === scope) return found;
      throw new Error(`${name} cannot be read here: its name in the generated code, ${found.text}, means another`);
    }
    return undefined;
  }

  /**
   * The author's names of the variables that the debugger found in one of its scopes around an offset. `range`: where
   * that scope lies, as far as the debugger says.
   */
  original(name: string, offset: number, source: number, range?: TextRange): string | undefined {
    let declaring: Scope | undefined;
    for (let scope: Scope | undefined = this.#scopeAt(offset); scope; scope = scope.parent) {
      if (!scope.names.has(name) || (range && declaring && !isWithin(scope, range))) continue;
      if (!range && declaring) break;
      declaring = scope;
    }
    return declaring && this.#names.get(declaring)?.get(source)?.original.get(name);
  }

  #scopeAt(offset: number): Scope {
    if (this.#asked?.offset !== offset) this.#asked = { offset, scope: this.#scopes.at(offset) };
    return this.#asked.scope;
  }

  #writtenAt({ start }: AnyNode): WrittenName | undefined {
    const { line, column } = positionAt(this.#starts, start);
    return this.#texts.nameAt(line, column);
  }

  #findNames(variables: NamedVariable[]): void {
    const bindings = new Interned<{ scope: Scope; source: number; generated: string }>();
    const members = new Interned<{ scope: Scope; source: number; name: string }>();
    const names = new Votes<ReturnType<typeof bindings.of>, string>();
    const paths = new Votes<ReturnType<typeof members.of>, string>();
    const ids = new Map<Scope, number>();
    for (const { node, scope, parent } of variables) {
      const written = scope && this.#writtenAt(node);
      if (!written || isMethodOfOld(parent, node)) continue;
      const { source, name } = written;
      if (!ids.has(scope)) ids.set(scope, ids.size);
      const key = `${ids.get(scope)} ${source}`;
      const property = importedProperty(parent, node, written);
      if (property === undefined) {
        names.add(bindings.of(`${key} ${node.name}`, { scope, source, generated: node.name }), name);
      } else paths.add(members.of(`${key} ${name}`, { scope, source, name }), `${node.name}.${property}`);
    }
    for (const [{ scope, source, generated }, name] of names.results()) {
      const known = this.#namesOf(scope, source);
      known.original.set(generated, name);
      if (!known.generated.has(name)) known.generated.set(name, { text: generated, isMember: false });
    }
    for (const [{ scope, source, name }, path] of paths.results()) {
      const known = this.#namesOf(scope, source);
      if (!known.generated.has(name)) known.generated.set(name, { text: path, isMember: true });
    }
  }

  #namesOf(scope: Scope, source: number): NamesOfScope {
    const bySource = this.#names.get(scope) ?? new Map<number, NamesOfScope>();
    this.#names.set(scope, bySource);
    const known = bySource.get(source) ?? { generated: new Map(), original: new Map() };
    bySource.set(source, known);
    return known;
  }
}

/**
 * The property, where an import reads as one (`cart_1.total` for `total`): the author's text does not go on with it, as
 * it does behind an object of the program's own.
 */
function importedProperty(parent: AnyNode, node: AnyNode, { name, rest }: WrittenName): string | undefined {
  if (parent.type !== 'MemberExpression' || parent.computed || parent.object !== node) return undefined;
  if (parent.property.type !== 'Identifier') return undefined;
  const property = parent.property.name;
  const next = /^\s*[!?]?\??\.\s*([\p{ID_Continue}$]+)/u.exec(rest)?.[1];
  if (rest === '') return name === property ? property : undefined;
  return next === property ? undefined : property;
}

/** `Till.prototype.add = ` is a method's declaration, so `Till` there leads to the method's name. */
function isMethodOfOld(parent: AnyNode, node: AnyNode): boolean {
  if (parent.type !== 'MemberExpression' || parent.object !== node || parent.computed) return false;
  return parent.property.type === 'Identifier' && parent.property.name === 'prototype';
}

/** The debugger counts a scope from its parameters or body on. */
function isWithin({ node }: Scope, { start, end }: TextRange): boolean {
  const first = 'params' in node ? (node.params[0] ?? node.body) : node;
  return (first as AnyNode).start >= start && node.end <= end;
}

/** One object for each text, so that it can be a key. */
class Interned<T> {
  readonly #known = new Map<string, T>();

  of(text: string, value: T): T {
    const known = this.#known.get(text);
    if (known) return known;
    this.#known.set(text, value);
    return value;
  }
}
