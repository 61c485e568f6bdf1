import type { Registration } from '../agent/jobs.ts';
import type { Moments } from './moments.ts';
import type { ReplayProcesses } from './replayProcesses.ts';

/** A statement that registered what ran later: `label` says how, for example `await` or `setTimeout`. */
export interface AsyncParent {
  point: number;
  label: string;
}

interface Known {
  registrations: Registration[];
  /** Ascending starts of stretches, and the registration of each. */
  tasks: [start: number, registration: number][];
}

/** Which statement registered what runs at a point: found by one more replay, which is begun when it is first asked. */
export class AsyncParents {
  readonly #processes: ReplayProcesses;
  readonly #moments: Moments;
  readonly #stepOut: (point: number) => Promise<number>;
  #known: Promise<Known> | undefined;
  /** The statements of registrations, by number. */
  readonly #points = new Map<number, Promise<number>>();

  /** `stepOut` gives the statement that made the call that a point is in. */
  constructor(processes: ReplayProcesses, moments: Moments, stepOut: (point: number) => Promise<number>) {
    this.#processes = processes;
    this.#moments = moments;
    this.#stepOut = stepOut;
  }

  /**
   * The statement that registered the outermost call at a point to run, the one that registered that one's, and so on.
   * At most so many of them; none where the main script runs.
   * @throws ApexError `replay-crashed`
   */
  async chain(point: number, atMost: number): Promise<AsyncParent[]> {
    const { registrations, tasks } = await this.#ask();
    let number = taskAt(tasks, point)?.[1] ?? -1;
    const chain: AsyncParent[] = [];
    while (number >= 0 && chain.length < atMost) {
      const registration = registrations[number]!;
      const [, , label, from] = registration;
      chain.push({ point: await this.#statementOf(number, registration), label });
      number = from;
    }
    return chain;
  }

  #statementOf(number: number, registration: Registration): Promise<number> {
    const known = this.#points.get(number) ?? this.#findStatement(registration);
    this.#points.set(number, known);
    known.catch(() => this.#points.delete(number));
    return known;
  }

  /** The last statement that began may be one of a call that had ended: of the function whose promise is waited for. */
  async #findStatement([point, depth]: Registration): Promise<number> {
    let at = point;
    const { depth: deepest } = await this.#moments.at(point);
    for (let left = depth < 0 ? 0 : deepest - depth; left > 0; left--) at = await this.#stepOut(at);
    return at;
  }

  #ask(): Promise<Known> {
    if (!this.#known) {
      this.#known = this.#collect();
      this.#known.catch(() => {
        this.#known = undefined;
      });
    }
    return this.#known;
  }

  async #collect(): Promise<Known> {
    const known: Known = { registrations: [], tasks: [] };
    const { connection } = await this.#processes.run({ kind: 'origins' });
    return new Promise((resolve, reject) => {
      connection.onMessage = (message) => {
        if (!('event' in message)) return;
        if (message.event === 'origins') {
          for (const registration of message.registrations) known.registrations.push(registration);
          for (const task of message.tasks) known.tasks.push(task);
        } else if (message.event === 'end') resolve(known);
      };
      connection.onClose = () => reject(this.#processes.crash());
    });
  }
}

/** The last that begins at the point or before it. */
function taskAt(tasks: Known['tasks'], point: number): Known['tasks'][number] | undefined {
  let low = 0;
  let high = tasks.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (tasks[middle]![0] <= point) low = middle + 1;
    else high = middle;
  }
  return tasks[low - 1];
}
