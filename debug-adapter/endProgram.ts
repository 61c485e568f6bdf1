import type { ChildProcess } from 'node:child_process';

/** How a program ended. */
export interface ProgramEnd {
  code: number | undefined;
  signal: string | undefined;
  /** It was only left alone. */
  goesOn?: boolean;
  /** Why it could not be run, or its recording not be completed. */
  problem?: string;
}

/** Ends a program that runs: asked first, by force when it has not left after `patience` ms. */
export function endProgram(child: ChildProcess, patience: number): void {
  freezeProgram(child, false);
  child.kill('SIGTERM');
  const force = setTimeout(() => child.kill('SIGKILL'), patience);
  child.once('exit', () => clearTimeout(force));
}

/** Has it stand still, or go on. Windows has no such signals: there the program goes on. */
export function freezeProgram(child: ChildProcess, still: boolean): void {
  if (process.platform !== 'win32') child.kill(still ? 'SIGSTOP' : 'SIGCONT');
}
