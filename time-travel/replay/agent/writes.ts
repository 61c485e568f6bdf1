import type { WriteFinder } from '../instrument/instrument.ts';
import { WRITE_ID } from '../instrument/probeText.ts';
import { propertyWrites, variableWrites } from '../instrument/writeProbes.ts';
import type { Agent } from './agent.ts';
import { beforeEnd } from './beforeEnd.ts';
import { watchBuiltIns } from './builtInWrites.ts';
import type { Write, WriteQuestion, WrittenValue } from './jobs.ts';
import { render } from './render.ts';

/**
 * Replays everything with probes at writes of one key. All writes are kept by object; at the point of the question the
 * asked object is evaluated, and from then on only its writes count. `live`: those are told as they come.
 * `stream`: the values of the chosen object are told in parts, before all of it.
 */
export function collectWrites(agent: Agent, question: WriteQuestion, { live = false, stream = false } = {}): void {
  const writes = new WritesByObject(question, (value) => render(agent.inspect, value));
  if (stream) {
    writes.onValues = (values) => points.outsideTime(() => agent.channel.send({ event: 'written', values }));
  }
  const pending: unknown[] = [];
  let calls = 0;
  const { points, probes } = agent;
  const watched = question.kind === 'property' ? question.key : undefined;
  agent.findWrites = (path) => finderFor(question, path);
  probes.onWrite(
    (object, key, created) => {
      if (question.kind === 'variable') {
        if (key === undefined) return ++calls;
        writes.add(object, points.now);
        return object;
      }
      if (key === undefined) pending.push(object);
      else if (key === watched) writes.add(object, points.now, created);
      return object;
    },
    (key) => {
      const object = pending.pop();
      if (isKey(key) && String(key) === watched) writes.add(object, points.now);
      return key;
    },
    (result, call, ...value) => {
      points.outsideTime(() => writes.written(call, value.length > 0 ? value[0] : result));
      return result;
    },
  );
  if (question.kind === 'property') {
    watchBuiltIns(agent.realm, (object, touches) => {
      if (touches(watched!)) writes.add(object, points.now);
    });
  }
  points.stopAt(question.point, () => {
    points.outsideTime(() => {
      agent.pause.inFrame(probes, agent.scripts, (evaluate) => {
        const { value, known } = evaluate(question.frame, question.kind === 'property' ? question.object : WRITE_ID);
        writes.choose(value, known);
      });
    });
  });
  const tell = () => {
    const fresh = writes.fresh();
    if (fresh.length) agent.channel.send({ event: 'writes', writes: fresh });
  };
  if (live) agent.onWait(tell);
  beforeEnd(agent, live ? tell : () => agent.channel.send({ event: 'writes', ...writes.answer() }));
}

function finderFor(question: WriteQuestion, path: string): WriteFinder | undefined {
  if (question.kind === 'property') return (program) => propertyWrites(program, question.key);
  if (question.path !== path) return undefined;
  return (program, starts) => variableWrites(program, question.name, (starts[question.line] ?? 0) + question.column);
}

function isKey(key: unknown): key is string | number {
  return typeof key === 'string' || typeof key === 'number';
}

/** Writes by object (or by the number of a call, for variables), until the asked one is known. */
class WritesByObject {
  readonly #question: WriteQuestion;
  readonly #render: (value: unknown) => string;
  readonly #objects = new WeakMap<object, Write[]>();
  readonly #calls = new Map<unknown, Write[]>();
  #chosen: { value: unknown; writes: Write[] } | undefined;
  #problem: string | undefined;
  #told = 0;
  /** Told when there are so many: few at first, so that something is seen soon. */
  #part = 1;
  /** Who wants values of the chosen object as they are found. */
  onValues: ((values: WrittenValue[]) => void) | undefined;

  constructor(question: WriteQuestion, render: (value: unknown) => string) {
    this.#question = question;
    this.#render = render;
  }

  add(object: unknown, point: number, created = false): void {
    if (this.#chosen && this.#chosen.value !== object) return;
    const list = this.#chosen?.writes ?? this.#list(object);
    if (!list || list.at(-1)?.point === point) return;
    list.push({ point, before: created ? undefined : this.#valueOf(object) });
    if (this.#chosen) this.#tellValues(list);
  }

  /** The value of a variable behind its last write that has none yet: what is assigned may write the variable itself. */
  written(call: unknown, value: unknown): void {
    if (this.#chosen && this.#chosen.value !== call) return;
    const list = this.#list(call) ?? [];
    let index = list.length - 1;
    while (index > 0 && list.length - index < LOOKED_BACK && list[index]!.after !== undefined) index--;
    const write = list[index]?.after === undefined ? list[index] : list.at(-1);
    if (write) write.after = this.#render(value);
  }

  choose(value: unknown, known: boolean): void {
    if (this.#question.kind === 'variable') {
      // A closure that does not use the number of the call cannot see it: then the outermost variable is meant.
      const id = known ? value : 0;
      this.#chosen = { value: id, writes: this.#calls.get(id) ?? [] };
    } else if (known && isObject(value)) {
      this.#chosen = { value, writes: this.#objects.get(value) ?? [] };
    } else this.#problem = known ? 'That is a property of no object.' : 'That cannot be evaluated at this point.';
    if (this.#chosen) this.#tellValues(this.#chosen.writes);
  }

  /** The value behind the last write is known with the next one only. */
  #tellValues(writes: Write[]): void {
    const ready = writes.length - 1;
    if (!this.onValues || ready - this.#told < this.#part) return;
    this.#part = Math.min(2 * this.#part, MOST_IN_PART);
    for (; this.#told < ready; this.#told += MOST_IN_PART) {
      const to = Math.min(this.#told + MOST_IN_PART, ready);
      this.onValues(
        writes.slice(this.#told, to).map(({ point, after }, index) => {
          return { point, value: after ?? writes[this.#told + index + 1]!.before };
        }),
      );
    }
    this.#told = ready;
  }

  /** What is known of the chosen object and was not told yet. */
  fresh(): Write[] {
    const writes = this.#chosen?.writes ?? [];
    const fresh = writes.slice(this.#told);
    this.#told = writes.length;
    return fresh;
  }

  answer(): { writes: Write[]; final?: string; problem?: string } {
    if (this.#problem) return { writes: [], problem: this.#problem };
    if (!this.#chosen) return { writes: [], problem: 'Replay did not reach the point.' };
    const { writes, value } = this.#chosen;
    const final = this.#question.kind === 'variable' ? writes.at(-1)?.after : this.#valueOf(value);
    return {
      writes: writes.map((write, index) => ({ ...write, before: write.before ?? writes[index - 1]?.after })),
      final,
    };
  }

  /** Without running code of the program: a getter is not called. */
  #valueOf(object: unknown): string | undefined {
    if (this.#question.kind !== 'property' || !isObject(object)) return undefined;
    const { key } = this.#question;
    const descriptor = Reflect.getOwnPropertyDescriptor(object, key);
    if (descriptor) return 'value' in descriptor ? this.#render(descriptor.value) : undefined;
    return undefined;
  }

  #list(object: unknown): Write[] | undefined {
    if (this.#question.kind === 'variable') {
      const known = this.#calls.get(object) ?? [];
      this.#calls.set(object, known);
      return known;
    }
    if (!isObject(object)) return undefined;
    const known = this.#objects.get(object) ?? [];
    this.#objects.set(object, known);
    return known;
  }
}

const MOST_IN_PART = 1000;
/** Writes among which the one is looked for that has no value yet. */
const LOOKED_BACK = 100;

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
