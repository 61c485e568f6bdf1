/** One attempt: what it tries, and a program that calls `leak(evidence)` when it succeeds. */
export type EscapeProgram = readonly [name: string, source: string];
