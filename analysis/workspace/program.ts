import { createMachine, type MachineHost } from '../flow/abstractMachine.ts';
import type { FunctionInfo, Machine, ModuleUnit, ReportExtra, Sink, SinkHit } from '../flow/machine.ts';
import { newUnit, runModule, summarizeRest } from '../flow/moduleBody.ts';
import type { ModelIndex } from '../models/modelIndex.ts';
import { type PathAlias, resolveModule, type SourceHost } from '../modules/resolve.ts';
import type { Finding } from '../report/finding.ts';
import { locate, taintFinding } from '../report/taintFinding.ts';
import type { Rule } from '../rules/rule.ts';
import type { RuleSet } from '../rules/ruleSet.ts';
import { parseSource } from '../syntax/parse.ts';
import type { ts } from '../syntax/typescript.ts';
import type { Taint } from '../values/taint.ts';
import { refValue, type Value } from '../values/value.ts';
import { exportedFunctions } from './exported.ts';

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
/** Findings of one group within so many lines are shown as one range. */
const MERGED_LINES = 6;

/** Files analysed together. Each file is analysed once; imports come first. */
export class Program {
  private readonly options: ProgramOptions;
  private readonly machine: Machine;
  private readonly units = new Map<string, ModuleUnit>();
  private readonly found = new Map<string, { finding: Finding; rank: number; units: Set<string> }>();
  /** For each file, the files that import it. */
  private readonly importers = new Map<string, Set<string>>();
  /** Modules that have run, whose functions wait. */
  private readonly pending: ModuleUnit[] = [];
  private depth = 0;
  private budget = STATEMENTS_PER_FILE;

  constructor(options: ProgramOptions) {
    this.options = options;
    const host: MachineHost = {
      models: options.models,
      observers: options.rules.observers,
      ruleFor: (kind) => options.rules.byKind(kind)?.id ?? kind,
      importModule: (specifier, from) => this.importModule(specifier, from),
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
    const known = this.units.get(path);
    if (known) return known;
    const text = this.options.host.readText(path);
    if (text === undefined) return undefined;
    const unit = this.parse(path, text);
    if (!unit) return undefined;
    this.units.set(path, unit);
    this.pending.push(unit);
    this.depth++;
    this.guarded(unit, () => runModule(this.machine, unit));
    this.depth--;
    if (this.depth === 0) this.finish();
    return unit;
  }

  /** Undefined for source nested so deep that the parser gives up. */
  private parse(path: string, text: string): ModuleUnit | undefined {
    try {
      const unit = newUnit(parseSource(path, text));
      unit.foreignClass = (node) => this.classOf(node);
      return unit;
    } catch (error) {
      if (error instanceof RangeError) return undefined;
      throw error;
    }
  }

  /** Functions are analysed when all modules of a circle have run: only then do they see each other's exports. */
  private finish(): void {
    const units = this.pending.splice(0);
    for (const unit of units) this.guarded(unit, () => summarizeRest(this.machine, unit));
    for (const unit of units) if (this.options.isLibrary?.(unit.path)) this.reportLibrary(unit);
  }

  /** A file that is too large, or nested deeper than anyone writes, is left at what was found until then. */
  private guarded(unit: ModuleUnit, work: () => void): void {
    const before = this.budget;
    this.budget = STATEMENTS_PER_FILE;
    try {
      work();
    } catch (error) {
      if (!(error instanceof OutOfBudget || error instanceof RangeError)) throw error;
      unit.state = 'done';
    } finally {
      this.budget = before;
    }
  }

  /** Findings whose place is in `path`. */
  findingsIn(path: string): Finding[] {
    return this.findings().filter((finding) => finding.path === path);
  }

  findings(): Finding[] {
    return [...this.found.values()].map((entry) => entry.finding).sort(byPlace);
  }

  /**
   * Forgets a file and every file that imports it, directly or not: they are analysed anew when asked for. What other
   * files have told about calls into them goes too.
   */
  forget(path: string): void {
    const gone = new Set<string>([path]);
    for (const current of gone) for (const dependant of this.importers.get(current) ?? []) gone.add(dependant);
    for (const each of gone) {
      this.units.delete(each);
      this.importers.delete(each);
    }
    for (const [key, entry] of this.found) if ([...entry.units].some((unit) => gone.has(unit))) this.found.delete(key);
    for (const unit of this.units.values()) {
      for (const fn of unit.functions) {
        if (fn.callSites.some((site) => gone.has(site.caller.unit.path))) {
          fn.callSites = fn.callSites.filter((site) => !gone.has(site.caller.unit.path));
        }
      }
    }
  }

  unit(path: string): ModuleUnit | undefined {
    return this.units.get(path);
  }

  private classOf(node: ts.Node): ReturnType<NonNullable<ModuleUnit['foreignClass']>> {
    return this.units.get(node.getSourceFile().fileName)?.classes.get(node);
  }

  private importModule(specifier: string, from: ModuleUnit): Value {
    const path = resolveModule(specifier, from.path, this.options.host, this.options.aliases);
    if (path === undefined) return refValue(this.options.models.canonical(specifier.replace(/^node:/, '')));
    if (path.endsWith('.json')) return { taints: [] };
    const importers = this.importers.get(path) ?? new Set();
    this.importers.set(path, importers.add(from.path));
    const unit = this.analyze(path);
    if (!unit) return { taints: [] };
    // A module that is still running (a cycle) is seen by reference, so that later exports appear.
    return unit.exported.object === unit.exports || unit.exports.properties.size === 0
      ? unit.exported
      : { ...unit.exported, ...(!unit.exported.object && { object: unit.exports }) };
  }

  private reportLibrary(unit: ModuleUnit): void {
    for (const fn of exportedFunctions(unit)) {
      for (const hit of fn.hits) this.addLibrary(fn, hit);
    }
  }

  private addLibrary(_fn: FunctionInfo, hit: SinkHit): void {
    const rule = this.options.rules.byId(hit.sink.rule);
    // A plain `target[key] = value` is a fault only where a caller passes a prototype (see deliverMerge).
    if (hit.sink.kind === 'merge') return;
    const wanted = hit.sink.sources ?? rule?.sources;
    if (wanted?.includes('parameter')) this.addTaint(hit.sink, hit.taint, true);
  }

  private addTaint(sink: Sink, taint: Taint, library: boolean): void {
    const rule = this.options.rules.byId(sink.rule);
    if (!rule) return;
    const origin = taint.origin;
    if (origin.kind === 'source') {
      const wanted = sink.sources ?? rule.sources ?? ['request', 'message'];
      if (!wanted.includes(origin.source)) return;
    }
    this.add(taintFinding(rule, sink, taint, library), sink.group);
  }

  private addPlain(id: string, node: ts.Node, unit: ModuleUnit, extra?: ReportExtra): void {
    const rule = this.options.rules.byId(id);
    if (rule) this.add(plainFinding(rule, node, unit, extra));
  }

  private add(finding: Finding, group?: Sink['group']): void {
    const alone = `${finding.rule}|${finding.path}|${finding.from}`;
    const together = group && `${finding.rule}|${finding.path}|g${group.node.pos}`;
    const near = together === undefined ? undefined : this.found.get(together)?.finding;
    const far = near !== undefined && Math.abs(near.start.line - finding.start.line) > MERGED_LINES;
    const key = together === undefined || far ? alone : together;
    const known = this.found.get(key);
    const rank = (finding.library ? 0 : 2) + (group?.strong ? 1 : 0);
    if (known && group && !far) {
      const [first, last] = known.finding.from <= finding.from ? [known.finding, finding] : [finding, known.finding];
      // The assignments of one merge stand close together: they are one place.
      if (last.end.line - first.start.line <= MERGED_LINES) {
        const kept = known.rank >= rank ? known : { finding, rank, units: new Set([finding.path]) };
        const { from, start } = first;
        const { to, end } = last.to >= first.to ? last : first;
        const units = new Set([...known.units, ...finding.steps.map((step) => step.path)]);
        this.found.set(key, { finding: { ...kept.finding, from, start, to, end }, rank: kept.rank, units });
        return;
      }
    }
    if (known && known.rank >= rank) return;
    this.found.set(key, { finding, rank, units: new Set([finding.path, ...finding.steps.map((step) => step.path)]) });
  }
}

function plainFinding(rule: Rule, node: ts.Node, unit: ModuleUnit, extra: ReportExtra = {}): Finding {
  return {
    ...locate(node, unit.tree.root, unit.path),
    rule: rule.id,
    message: extra.message ?? `${rule.title}.`,
    severity: extra.severity ?? rule.severity,
    confidence: extra.confidence ?? rule.confidence,
    steps: [],
    fixes: extra.fixes ?? [],
    library: false,
  };
}

function byPlace(left: Finding, right: Finding): number {
  return left.path < right.path
    ? -1
    : left.path > right.path
      ? 1
      : left.from - right.from || (left.rule < right.rule ? -1 : 1);
}
