import { ApexError } from '../../protocol/errors.ts';

/** How long a question to a guest may stay unanswered, in milliseconds. */
const ANSWER_MS = 10_000;

/** Questions that were put to a guest and wait for its answer. */
export class Questions {
  readonly #open = new Map<number, { settle(): void; resolve(value: unknown): void; reject(error: Error): void }>();
  #next = 1;

  /** Calls `put` with the question's number and waits. @throws ApexError `no-answer`, `refused-by-program`, or the one of `rejectAll` */
  ask(put: (id: number) => void): Promise<unknown> {
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      const late = () => {
        this.#open.delete(id);
        const message = `The program gave no answer within ${ANSWER_MS / 1000} s.`;
        reject(new ApexError('no-answer', message, 'It may be busy; stop it or try again.'));
      };
      const timer = setTimeout(late, ANSWER_MS);
      this.#open.set(id, { settle: () => clearTimeout(timer), resolve, reject });
      put(id);
    });
  }

  answered({ id, ok, value, error }: { id: number; ok: boolean; value?: unknown; error?: string }): void {
    const question = this.#open.get(id);
    if (!question) return;
    this.#open.delete(id);
    question.settle();
    if (ok) question.resolve(value);
    else question.reject(new ApexError('refused-by-program', error ?? 'The program gave no reason.'));
  }

  rejectAll(error: Error): void {
    for (const question of this.#open.values()) {
      question.settle();
      question.reject(error);
    }
    this.#open.clear();
  }
}
