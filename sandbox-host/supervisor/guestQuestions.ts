import { ApexError } from '../../protocol/errors.ts';
import type { ToGuest } from '../guest/wire.ts';
import { Questions } from './questions.ts';

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
/** What a guest can be asked; the number is given here. */
export type Question = DistributiveOmit<Exclude<ToGuest, { t: 'reply' }>, 'id'>;

export interface QuestionedGuest {
  tell(message: ToGuest): void;
  /** The error for whoever asks one that has ended; undefined while it lives. */
  gone(): ApexError | undefined;
}

/** Questions to one guest. One that starts, or starts again, is asked as soon as it can hear. */
export class GuestQuestions {
  readonly #guest: QuestionedGuest;
  readonly #questions = new Questions();
  #hearing = Promise.withResolvers<void>();

  constructor(guest: QuestionedGuest) {
    this.#guest = guest;
  }

  /** It hears from now on, or never will again. */
  hears(): void {
    this.#hearing.resolve();
  }

  /** It starts again: who waits for an answer is told `reason`, who asks now waits until it hears. */
  startsAgain(reason: string): void {
    this.#questions.rejectAll(new ApexError('sandbox-restarted', reason, 'Ask again.'));
    const before = this.#hearing;
    this.#hearing = Promise.withResolvers<void>();
    // Who waited for it to start waits for it to start again.
    void this.#hearing.promise.then(before.resolve);
  }

  close(error: ApexError): void {
    this.#hearing.resolve();
    this.#questions.rejectAll(error);
  }

  answered(answer: Parameters<Questions['answered']>[0]): void {
    this.#questions.answered(answer);
  }

  /** @throws ApexError `sandbox-ended`, `sandbox-restarted`, `no-answer`, `refused-by-program` */
  async ask(question: Question): Promise<unknown> {
    await this.ready();
    return this.askWith((id) => this.#guest.tell({ ...question, id }));
  }

  /** Resolves when it can be asked. @throws ApexError `sandbox-ended` */
  async ready(): Promise<void> {
    await this.#hearing.promise;
    const gone = this.#guest.gone();
    if (gone) throw gone;
  }

  /** A question that goes another way than `tell`; `put` gets its number. */
  askWith(put: (id: number) => void): Promise<unknown> {
    return this.#questions.ask(put);
  }
}
