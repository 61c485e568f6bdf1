/**
 * An error a user can meet: what happened, a stable code for scripts, and what to do next.
 * Every face prints it without a stack trace; anything else that is thrown is a fault of ours.
 */
export class ApexError extends Error {
  override readonly name = 'ApexError';
  /** Stable, kebab-case, e.g. `recording-torn`. */
  readonly code: string;
  /** One sentence on what to do next, or undefined when the message already says it. */
  readonly advice: string | undefined;

  constructor(code: string, message: string, advice?: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.advice = advice;
  }
}

/** The plain-data form in which errors travel between programs and into `--json` output. */
export interface ErrorReport {
  code: string;
  message: string;
  advice?: string;
}

/** Turns anything thrown into its report; unknown values get the code `internal`. */
export function toErrorReport(thrown: unknown): ErrorReport {
  if (thrown instanceof ApexError) {
    return { code: thrown.code, message: thrown.message, ...(thrown.advice && { advice: thrown.advice }) };
  }
  return { code: 'internal', message: thrown instanceof Error ? thrown.message : String(thrown) };
}
