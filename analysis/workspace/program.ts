import { createMachine, type MachineHost } from '../flow/abstractMachine.ts';
import type { Machine, ModuleUnit, ReportExtra, Sink } from '../flow/machine.ts';
import { moduleSteps, newUnit, staticImports } from '../flow/moduleBody.ts';
import type { ModelIndex } from '../models/modelIndex.ts';
import { projectOf } from '../modules/project.ts';
import { type PathAlias, resolveModule, type SourceHost } from '../modules/resolve.ts';
import type { Finding } from '../report/finding.ts';
import { plainFinding, taintFinding } from '../report/taintFinding.ts';
import type { RuleSet } from '../rules/ruleSet.ts';
import { parseSource, type SyntaxTree } from '../syntax/parse.ts';
import type { ts } from '../syntax/typescript.ts';
import { hasKind } from '../values/kinds.ts';
import type { Taint } from '../values/taint.ts';
import { refValue, type Value } from '../values/value.ts';
import { carryCallSites } from './carryOver.ts';
import { exportedFunctions } from './exported.ts';
import { FindingStore } from './findingStore.ts';
import { ImportGraph } from './importGraph.ts';
import { KeptFunctions } from './keptFunctions.ts';

export interface ProgramOptions {
  host: SourceHost;
  rules: RuleSet;
  models: ModelIndex;
  aliases?: readonly PathAlias[];
  /** True where parameters of exported functions count as untrusted. */
  isLibrary?(path: string): boolean;
}

/** Raised when a file is too large for its budget of steps; what was found until then stands. */
class OutOfBudget extends Error {}

const STATEMENTS_PER_FILE = 400_000;

/** Work that can pause: each step is short. The value is the file's unit, or undefined when there is no such file. */
export type AnalysisSteps = Generator<void, ModuleUnit | undefined, void>;

/**
 * Files analysed together; imports come first. An edited file is analysed anew by itself: what its importers were found
 * to pass to it is kept, and they are `stale` until they are analysed again.
 */
export class Program {
  private readonly options: ProgramOptions;
  private readonly machine: Machine;
  private readonly units = new Map<string, ModuleUnit>();
  private readonly found = new FindingStore();
  private readonly graph = new ImportGraph();
  private readonly kept = new KeptFunctions();
  /** Files whose imports changed since they were analysed, or whose analysis was broken off. */
  private readonly stale = new Set<string>();
  /** What an edited file was, until it has been analysed again. */
  private readonly previous = new Map<string, ModuleUnit>();
  /** The newest tree of each file: the next parse takes over its nodes. */
  private readonly trees = new Map<string, SyntaxTree>();
  /** Modules that have run, whose functions wait. */
  private pending: ModuleUnit[] = [];
  private depth = 0;
  private budget = STATEMENTS_PER_FILE;

  constructor(options: ProgramOptions) {
    this.options = options;
    const host: MachineHost = {
      models: options.models,
      observers: options.rules.observers,
      ruleFor: (kind) => options.rules.byKind(kind)?.id ?? kind,
      importModule: (specifier, from) => this.importModule(specifier, from),
      keptIn: (name, unit) => this.kept.in(name, projectOf(unit.path, options.host)),
      found: (sink, taint) => this.addTaint(sink, taint, false),
      report: (rule, node, unit, extra) => this.addPlain(rule, node, unit, extra),
      tick: () => {
        if (--this.budget < 0) throw new OutOfBudget('budget');
      },
    };
    this.machine = createMachine(host);
  }

  /** Analyses a file and everything it imports; gives the unit, or undefined when the host has no such file. */
  analyze(path: string): ModuleUnit | undefined {
    const steps = this.steps(path);
    for (;;) {
      const { done, value } = steps.next();
      if (done) return value;
    }
  }

  /**
   * The same in steps. Between two of them nothing else may be analysed; whoever stops half-way calls `return()` on the
   * generator and then `abandon()`.
   */
  *steps(path: string): AnalysisSteps {
    const known = this.units.get(path);
    if (known && !this.stale.has(path)) return known;
    const text = this.options.host.readText(path);
    if (known) this.drop(path);
    this.stale.delete(path);
    const unit = text === undefined ? undefined : this.parse(path, text);
    if (!unit) {
      this.previous.delete(path);
      return undefined;
    }
    this.units.set(path, unit);
    this.pending.push(unit);
    this.depth++;
    try {
      yield;
      for (const specifier of staticImports(unit)) {
        const imported = resolveModule(specifier, path, this.options.host, this.options.aliases);
        if (imported !== undefined && !imported.endsWith('.json') && this.isDue(imported)) yield* this.steps(imported);
      }
      yield* this.guarded(unit, moduleSteps(this.machine, unit));
    } finally {
      this.depth--;
    }
    if (this.depth === 0) yield* this.finish();
    return unit;
  }

  /** Forgets what is half done after `steps` was left early; those files are stale. */
  abandon(): void {
    const units = this.pending;
    this.pending = [];
    this.depth = 0;
    for (const { path } of units) {
      this.drop(path);
      this.stale.add(path);
    }
  }

  private isDue(path: string): boolean {
    return !this.units.has(path) || this.stale.has(path);
  }

  /** Undefined for source nested so deep that the parser gives up. */
  private parse(path: string, text: string): ModuleUnit | undefined {
    const earlier = this.trees.get(path);
    this.trees.delete(path);
    try {
      const tree = parseSource(path, text, earlier);
      const unit = newUnit(tree);
      this.trees.set(path, tree);
      unit.foreignClass = (node) => this.units.get(node.getSourceFile().fileName)?.classes.get(node);
      return unit;
    } catch (error) {
      if (error instanceof RangeError) return undefined;
      throw error;
    }
  }

  /** Functions are analysed when all modules of a circle have run: only then do they see each other's exports. */
  private *finish(): Generator<void, void, void> {
    for (const unit of this.pending) yield* this.guarded(unit, this.functionSteps(unit));
    for (const unit of this.pending) {
      if (this.options.isLibrary?.(unit.path)) this.reportLibrary(unit);
      const before = this.previous.get(unit.path);
      this.previous.delete(unit.path);
      if (before) carryCallSites(this.machine, before, unit, (other) => this.units.get(other.path) === other);
    }
    this.pending = [];
  }

  /** Functions that nobody called yet, in the order in which they were met; analysing one may add others. */
  private *functionSteps(unit: ModuleUnit): Generator<void, void, void> {
    for (let index = 0; index < unit.functions.length; index++) {
      this.machine.summarize(unit.functions[index]!);
      yield;
    }
  }

  /** A file that is too large, or nested deeper than anyone writes, is left at what was found until then. */
  private *guarded(unit: ModuleUnit, work: Generator<void, void, void>): Generator<void, void, void> {
    const before = this.budget;
    this.budget = STATEMENTS_PER_FILE;
    try {
      yield* work;
    } catch (error) {
      if (!(error instanceof OutOfBudget || error instanceof RangeError)) throw error;
      unit.state = 'done';
    } finally {
      this.budget = before;
    }
  }

  /** Findings whose place is in `path`. */
  findingsIn(path: string): Finding[] {
    return this.found.in(path);
  }

  findings(): Finding[] {
    return this.found.all();
  }

  /** The text of a file changed: it is due, and every file that imports it, directly or not, is stale. */
  touch(path: string): void {
    const unit = this.units.get(path);
    for (const dependant of this.graph.dependants(path)) if (this.units.has(dependant)) this.stale.add(dependant);
    this.stale.delete(path);
    if (!unit) return;
    this.drop(path);
  }

  /** Files that are to be analysed again because of changes in others. */
  staleFiles(): readonly string[] {
    return [...this.stale];
  }

  /** Takes a file's unit out, with what it told others. */
  private drop(path: string): void {
    const unit = this.units.get(path);
    if (!unit) return;
    unit.dropped = true;
    this.units.delete(path);
    if (!this.previous.has(path)) this.previous.set(path, unit);
    this.graph.forget(path);
    this.found.drop(path, this.stale);
    for (const fn of unit.reached) fn.callSites = fn.callSites.filter((site) => site.caller.unit !== unit);
    for (const fn of unit.hitElsewhere) fn.hits = fn.hits.filter((hit) => hit.sink.unit !== unit);
    // Others must not keep it in memory.
    for (const fn of unit.functions) {
      for (const { sink } of fn.hits) sink.unit.hitElsewhere.delete(fn);
      for (const { caller } of fn.callSites) caller.unit.reached.delete(fn);
    }
  }

  unit(path: string): ModuleUnit | undefined {
    return this.units.get(path);
  }

  private importModule(specifier: string, from: ModuleUnit): Value {
    const path = resolveModule(specifier, from.path, this.options.host, this.options.aliases);
    if (path === undefined) return refValue(this.options.models.canonical(specifier.replace(/^node:/, '')));
    if (path.endsWith('.json')) return { taints: [] };
    this.graph.add(from.path, path);
    const unit = this.analyze(path);
    if (!unit) return { taints: [] };
    // A module that is still running (a cycle) is seen by reference, so that later exports appear.
    return unit.exported.object === unit.exports || unit.exports.properties.size === 0
      ? unit.exported
      : { ...unit.exported, ...(!unit.exported.object && { object: unit.exports }) };
  }

  private reportLibrary(unit: ModuleUnit): void {
    for (const fn of exportedFunctions(unit)) {
      for (const { sink, taint } of fn.hits) {
        // A plain `target[key] = value` is a fault only where a caller passes a prototype (see deliverMerge).
        if (sink.kind === 'merge') continue;
        // Who uses a package says in which folder it works.
        if (sink.kind === 'path' && hasKind(taint.cleared, 'folder')) continue;
        const wanted = sink.sources ?? this.options.rules.byId(sink.rule)?.sources;
        if (wanted?.includes('parameter')) this.addTaint(sink, taint, true);
      }
    }
  }

  private addTaint(sink: Sink, taint: Taint, library: boolean): void {
    const rule = this.options.rules.byId(sink.rule);
    if (!rule) return;
    const origin = taint.origin;
    if (origin.kind === 'source') {
      const wanted = sink.sources ?? rule.sources ?? ['request', 'message'];
      if (!wanted.includes(origin.source)) return;
    }
    this.found.add(taintFinding(rule, sink, taint, library), sink.group);
  }

  private addPlain(id: string, node: ts.Node, unit: ModuleUnit, extra?: ReportExtra): void {
    const rule = this.options.rules.byId(id);
    if (rule) this.found.add(plainFinding(rule, node, unit, extra));
  }
}
