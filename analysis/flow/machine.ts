import type { ModelIndex } from '../models/modelIndex.ts';
import type { Confidence, Fix, Severity } from '../report/finding.ts';
import type { Bindings } from '../scopes/bindings.ts';
import type { SyntaxTree } from '../syntax/parse.ts';
import type { ts } from '../syntax/typescript.ts';
import type { RawOutput } from '../templates/rawOutput.ts';
import type { KindSet, SinkKind, SourceKind } from '../values/kinds.ts';
import type { Taint } from '../values/taint.ts';
import type { Callable, HeapObject, Value } from '../values/value.ts';
import type { Changes, Environment } from './environment.ts';

/** One file under analysis. */
export interface ModuleUnit {
  path: string;
  tree: SyntaxTree;
  bindings: Bindings;
  exports: HeapObject;
  /** What `module.exports` is by now. */
  exported: Value;
  functions: FunctionInfo[];
  classes: Map<ts.Node, ClassInfo>;
  functionByNode: Map<ts.Node, FunctionInfo>;
  /** Joined values of variables that other functions read or write. */
  shared: Map<number, Value>;
  state: 'new' | 'running' | 'done';
  /** Functions of any file that this one calls: what it told them goes when the file goes. */
  reached: Set<FunctionInfo>;
  /** Functions of other files whose parameters reach a sink of this one. */
  hitElsewhere: Set<FunctionInfo>;
  /** Of a component of Vue or Svelte: what those that use it call with the properties they give. */
  props?: FunctionInfo;
  /** Set when the file was read anew, or is gone: another unit has taken its place. */
  dropped?: boolean;
  /** Set where the file is a template. */
  template?: TemplateUnit;
  /** Finds a class of another file of the program. */
  foreignClass?: (node: ts.Node) => ClassInfo | undefined;
}

/** What a unit that is a template knows of itself. */
export interface TemplateUnit {
  /** The values that it is given. */
  locals: Value;
  outputs: ReadonlyMap<number, RawOutput>;
}

export interface ClassInfo {
  node: ts.ClassLikeDeclaration;
  /** One object for all instances: fields are joined over them. */
  instance: HeapObject;
  statics: HeapObject;
  construct: FunctionInfo | undefined;
  base: Value | undefined;
  /** Of a class of components: what it is rendered with, and what its `setState` is given. */
  props?: FunctionInfo;
  state?: FunctionInfo;
}

/** A function and its summary. */
export interface FunctionInfo extends Callable {
  node: ts.FunctionLikeDeclaration | ts.SourceFile | ts.ClassStaticBlockDeclaration;
  unit: ModuleUnit;
  name: string;
  /** Where the closure was made. */
  environment: Environment;
  thisValue: Value | undefined;
  /** Names of the parameters in the models' vocabulary, set when the function is registered with a framework. */
  parameterRefs: (string | undefined)[];
  parameterValues: (Value | undefined)[];
  state: 'new' | 'running' | 'done';
  /** Summary: what it returns, in terms of parameter origins. */
  returns: Value;
  /** Summary: places where a parameter reaches a sink. */
  hits: SinkHit[];
  /** Summary: calls of a parameter, `callback(error, data)`. */
  parameterCalls: ParameterCall[];
  /** Summary: writes below a parameter, `options.file = name`. */
  parameterWrites: ParameterWrite[];
  callSites: CallSite[];
  /** Summary: where it ends, for those who ask what its answer shows. */
  exits?: readonly Exit[] | undefined;
  /** Summary: kinds for which each argument is harmless once it has come back. */
  always?: readonly KindSet[];
  classInfo: ClassInfo | undefined;
}

export interface CallSite {
  node: ts.Node;
  caller: FunctionInfo;
  arguments: readonly Value[];
  thisValue: Value | undefined;
  depth: number;
  /** How many calls of callbacks may still follow from the call at the bottom: they multiply from level to level. */
  chain?: { left: number };
}

/** A sink, wherever it is reported from. */
export interface Sink {
  kind: SinkKind;
  rule: string;
  unit: ModuleUnit;
  node: ts.Node;
  /** What the value is used for, e.g. `exec()`. */
  name: string;
  sources?: readonly SourceKind[];
  /** Of several sinks with the same group only one is reported, a strong one first. */
  group?: { node: ts.Node; strong: boolean };
  /** Extra text for the message, such as a witness. */
  detail?: string;
  /** Repairs, worked out when the sink is reported. */
  fixes?(): Fix[];
  severity?: Severity;
  confidence?: Confidence;
}

export interface SinkHit {
  sink: Sink;
  taint: Taint;
}

export interface ParameterCall {
  origin: Taint['origin'] & { kind: 'parameter' };
  arguments: readonly Value[];
  node: ts.Node;
}

export interface ParameterWrite {
  index: number;
  path: readonly string[];
  value: Value;
}

/** Where a function ends, with what it says there. */
export interface Exit {
  environment: Environment;
  frame: Frame;
  /** What is returned; undefined at the end of the body. */
  expression: ts.Expression | undefined;
  /** Kinds for which each parameter is harmless there. */
  cleared: readonly KindSet[];
}

/** Where control may leave the current statement to. */
export interface Jump {
  label: string | undefined;
  breaks: Changes[];
  continues: Changes[] | undefined;
  base: Environment;
}

/** The activation under analysis. */
export interface Frame {
  fn: FunctionInfo;
  unit: ModuleUnit;
  jumps: Jump[];
  /** What a generator has yielded so far. */
  yielded?: Value;
  returned: Value[];
  /** What the innermost `try` around the current statement has seen thrown. */
  thrown?: Value[] | undefined;
  /** Where the function ends, so far. */
  exits?: Exit[];
}

/** A call as rules and models see it. */
export interface CallEvent {
  node: ts.CallExpression | ts.NewExpression | ts.TaggedTemplateExpression;
  callee: Value;
  /** Canonical names of what is called. */
  refs: readonly string[];
  /** The method's name, or the function's. */
  name: string;
  receiver: Value | undefined;
  arguments: readonly Value[];
  frame: Frame;
}

/** What a rule may say about one finding beyond its own data. */
export interface ReportExtra {
  message?: string;
  severity?: Severity;
  confidence?: Confidence;
  fixes?: Fix[];
}

/** What a rule may look at besides values. */
export interface Observer {
  call?(event: CallEvent, machine: Machine): void;
  assign?(event: AssignEvent, machine: Machine): void;
  expression?(node: ts.Expression, value: Value, frame: Frame, machine: Machine): void;
}

/** The observers of all rules, by what they look at. */
export interface Observers {
  call: readonly NonNullable<Observer['call']>[];
  assign: readonly NonNullable<Observer['assign']>[];
  expression: readonly NonNullable<Observer['expression']>[];
}

export interface AssignEvent {
  node: ts.Node;
  target: ts.Expression;
  /** The object written to, and the property's name when it is known. */
  object: Value | undefined;
  property: string | undefined;
  key: Value | undefined;
  value: Value;
  valueNode: ts.Expression;
  frame: Frame;
}

/** The abstract machine: evaluates source over values. Its parts call each other only through this. */
export interface Machine {
  readonly models: ModelIndex;
  /** Set on a view of the machine that looks at an expression again: nothing it sees is reported. */
  readonly silent: boolean;
  readonly observers: Observers;
  evaluate(node: ts.Expression, environment: Environment, frame: Frame): Value;
  /** Gives false when control cannot go on after the statement. */
  execute(node: ts.Statement, environment: Environment, frame: Frame): boolean;
  refine(condition: ts.Expression, outcome: boolean, environment: Environment, frame: Frame): void;
  member(object: Value, name: string | undefined, node: ts.Node, frame: Frame): Value;
  assign(target: ts.Node, value: Value, environment: Environment, frame: Frame): void;
  call(event: CallEvent, environment: Environment): Value;
  /** Applies a function's summary. */
  apply(fn: FunctionInfo, site: CallSite): Value;
  summarize(fn: FunctionInfo): void;
  functionFor(node: ts.FunctionLikeDeclaration, environment: Environment, unit: ModuleUnit): FunctionInfo;
  classFor(node: ts.ClassLikeDeclaration, environment: Environment, frame: Frame): ClassInfo;
  ruleFor(kind: SinkKind): string;
  importModule(specifier: string, from: ModuleUnit): Value;
  /** The function that stands for a value kept under a name of the project in which the unit lies. */
  keptIn(name: string, unit: ModuleUnit): FunctionInfo;
  /** A tainted value arrives at a sink. */
  arrive(sink: Sink, value: Value, environment: Environment): void;
  /** One taint arrives at a sink: becomes a finding, or a hit in the summary of the function whose parameter it is. */
  deliver(sink: Sink, taint: Taint): void;
  /** A finding that needs no taint. */
  report(rule: string, node: ts.Node, unit: ModuleUnit, extra?: ReportExtra): void;
  /** A taint that starts at a node. */
  source(kind: SourceKind, node: ts.Node, frame: Frame): Taint;
  /** What a parameter is by its declared type or, by convention, its name: `(req, res)`. */
  parameterRef(
    names: readonly string[],
    index: number,
    node: ts.ParameterDeclaration,
    frame: Frame,
  ): string | undefined;
  /** True for types whose values come from outside the program whoever calls. */
  isExternalType(ref: string): boolean;
  /** Interrupts by throwing when the analysis is to stop; called once per statement. */
  tick(): void;
}
