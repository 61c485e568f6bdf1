/** Tells the process that started a replay how it went: one line of JSON on a pipe. */
import { bufferFrom } from '../../recording/safeBuiltins.ts';
import { realNatives } from '../start/natives.ts';
import { type Divergence, lifecycle, type ReplayEnd } from './lifecycle.ts';

export type ReplayReport = { kind: 'end'; end: ReplayEnd } | { kind: 'divergence'; divergence: Divergence };

const { stringify } = JSON;

export function reportReplay(fd: number | undefined): void {
  if (fd === undefined) return;
  const say = (report: ReplayReport) => realNatives.write(fd, bufferFrom(`${stringify(report)}\n`), null);
  lifecycle.listen({
    finished: (end) => say({ kind: 'end', end }),
    diverged: (divergence) => say({ kind: 'divergence', divergence }),
  });
}
