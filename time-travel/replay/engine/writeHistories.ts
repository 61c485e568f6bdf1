import { ApexError } from '../../../protocol/errors.ts';
import type { AgentMessage, Job, WriteQuestion, WrittenValue } from '../agent/jobs.ts';
import type { WriteHistory } from './facts.ts';
import type { OriginalNames } from './originalNames.ts';
import type { PausedProcess } from './pausedProcess.ts';
import { parseWriteTarget } from './writeTarget.ts';

interface Replays {
  run(
    job: Job,
    receive: (message: Extract<AgentMessage, { event: string }>) => void,
    point?: number,
    signal?: AbortSignal,
  ): Promise<void>;
  pauseAt(point: number): Promise<PausedProcess>;
  readonly names: Pick<OriginalNames, 'expression'>;
}

/** When variables and properties were written, each found by one replay and kept. */
export class WriteHistories {
  readonly #replays: Replays;
  readonly #known = new Map<string, Promise<WriteHistory>>();

  constructor(replays: Replays) {
    this.#replays = replays;
  }

  /**
   * All writes of the variable or property that an expression means at a point, in the frame (0: the innermost of the
   * program).
   * @throws ApexError `wrong-expression`, `no-such-object`
   */
  of(point: number, frame: number, expression: string): Promise<WriteHistory> {
    const key = keyOf(point, frame, expression);
    let known = this.#known.get(key);
    if (!known) {
      known = this.#find(point, frame, expression);
      this.#known.set(key, known);
      known.catch(() => this.#known.delete(key));
    }
    return known;
  }

  /**
   * The same, with values told while they are found: from the moment on at which the replay has reached the point, since
   * only then it is known what the expression means. The signal ends the replay.
   * @throws ApexError `wrong-expression`, `no-such-object`, `cancelled`
   */
  async stream(
    asked: { point: number; frame: number; expression: string },
    tell: (values: WrittenValue[]) => void,
    signal: AbortSignal,
  ): Promise<WriteHistory> {
    const { point, frame, expression } = asked;
    const key = keyOf(point, frame, expression);
    const known = this.#known.get(key);
    if (known) return known;
    const found = await this.#find(point, frame, expression, { tell, signal });
    this.#known.set(key, Promise.resolve(found));
    return found;
  }

  /**
   * What is asked about when the writes of an expression are, at a point in a frame.
   * @throws ApexError `wrong-expression`, `no-such-object`
   */
  async question(point: number, frame: number, expression: string): Promise<WriteQuestion> {
    parseWriteTarget(expression);
    const paused = await this.#replays.pauseAt(point);
    const chosen = paused.frames.filter(({ program }) => program)[frame];
    if (!chosen) throw new ApexError('no-such-object', `There is no frame ${frame} at point ${point}.`);
    const target = parseWriteTarget(await this.#replays.names.expression(expression, chosen));
    if (target.kind === 'variable') {
      const { path, line, column } = chosen;
      return { point, frame, kind: 'variable', name: target.name, path, line, column };
    }
    const { key } = target;
    const named = 'literal' in key ? key.literal : await keyAt(paused, chosen.callFrameId, key.expression);
    return { point, frame, ...target, key: named };
  }

  async #find(
    point: number,
    frame: number,
    expression: string,
    { tell, signal }: { tell?: (values: WrittenValue[]) => void; signal?: AbortSignal } = {},
  ): Promise<WriteHistory> {
    const question = await this.question(point, frame, expression);
    let found: WriteHistory & { problem?: string } = { writes: [] };
    await this.#replays.run(
      { kind: 'writes', question, stream: tell !== undefined },
      (message) => {
        if (message.event === 'written') tell?.(message.values);
        else if (message.event === 'writes') found = message;
      },
      0,
      signal,
    );
    if (found.problem) throw new ApexError('no-such-object', `${expression}: ${found.problem}`);
    return { writes: found.writes, final: found.final };
  }
}

const keyOf = (point: number, frame: number, expression: string) => JSON.stringify([point, frame, expression]);

/** The key of `list[i]`, as it is where the process stands. */
async function keyAt(paused: PausedProcess, callFrameId: string, expression: string): Promise<string> {
  const { result, exceptionDetails } = await paused.cdp<{ result: { value?: unknown }; exceptionDetails?: object }>(
    'Debugger.evaluateOnCallFrame',
    { callFrameId, expression: `String(${expression})`, throwOnSideEffect: true },
  );
  if (exceptionDetails) throw new ApexError('no-such-object', `${expression} cannot be evaluated here.`);
  return String(result.value);
}
