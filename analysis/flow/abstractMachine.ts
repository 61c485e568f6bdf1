import { conventionalRef, isExternalType } from '../models/conventions.ts';
import type { ModelIndex } from '../models/modelIndex.ts';
import { hasKind, type SinkKind } from '../values/kinds.ts';
import { mark, type Taint } from '../values/taint.ts';
import type { Value } from '../values/value.ts';
import { assignTarget } from './assign.ts';
import { performCall } from './calls.ts';
import { classFor } from './classes.ts';
import { evaluateExpression } from './expressions.ts';
import { functionFor, summarize } from './functions.ts';
import { refineCondition } from './guards.ts';
import type { FunctionInfo, Machine, ModuleUnit, Observers, Sink } from './machine.ts';
import { readMember, sourceTaint } from './members.ts';
import { executeStatement } from './statements.ts';
import { applySummary, recordHit } from './summaries.ts';

/** What the machine tells and asks its owner. */
export interface MachineHost {
  models: ModelIndex;
  observers: Observers;
  ruleFor(kind: SinkKind): string;
  importModule(specifier: string, from: ModuleUnit): Value;
  keptIn: Machine['keptIn'];
  /** A source reached a sink. */
  found(sink: Sink, taint: Taint): void;
  report: Machine['report'];
  tick(): void;
}

/** Wires the parts of the abstract machine together. */
export function createMachine(host: MachineHost): Machine {
  return {
    models: host.models,
    silent: false,
    observers: host.observers,
    evaluate(node, environment, frame) {
      return evaluateExpression(this, node, environment, frame);
    },
    execute(node, environment, frame) {
      return executeStatement(this, node, environment, frame);
    },
    refine(condition, outcome, environment, frame) {
      refineCondition(this, condition, outcome, environment, frame);
    },
    member(object, name, node, frame) {
      return readMember(this, object, name, node, frame);
    },
    assign(target, value, environment, frame) {
      assignTarget(this, target, value, environment, frame);
    },
    call(event, environment) {
      return performCall(this, event, environment);
    },
    apply(fn, site) {
      return applySummary(this, fn, site);
    },
    summarize(fn) {
      // A body is analysed once; a silent machine must not be the one that does it.
      summarize(loud(this), fn);
    },
    functionFor,
    classFor(node, environment, frame) {
      return classFor(this, node, environment, frame);
    },
    ruleFor: host.ruleFor,
    importModule: host.importModule,
    keptIn: host.keptIn,
    arrive(sink, value) {
      for (const taint of value.taints) this.deliver(sink, taint);
    },
    deliver(sink, taint) {
      if (hasKind(taint.cleared, sink.kind)) return;
      if (sink.kind === 'merge') return deliverMerge(this, sink, taint);
      if (taint.origin.kind === 'source') host.found(sink, taint);
      else recordHit(loud(this), taint.origin.owner as FunctionInfo, { sink, taint });
    },
    report: host.report,
    source: sourceTaint,
    parameterRef: (names, index, node) => conventionalRef(names, index, node),
    isExternalType,
    tick: host.tick,
  };
}

/** The machine itself, below any silent view of it. */
function loud(machine: Machine): Machine {
  const prototype: unknown = Object.getPrototypeOf(machine);
  return prototype === Object.prototype || prototype === null ? machine : loud(prototype as Machine);
}

/**
 * A parameter that is written to under an enumerated key is no fault by itself; it is one where a caller passes what it
 * read with an untrusted key (`merge(target[key], source[key])`).
 */
function deliverMerge(machine: Machine, sink: Sink, taint: Taint): void {
  if (taint.marks & mark.dynamicRead) machine.deliver({ ...sink, kind: 'key' }, taint);
  else if (taint.origin.kind === 'parameter') {
    recordHit(loud(machine), taint.origin.owner as FunctionInfo, { sink, taint });
  }
}
