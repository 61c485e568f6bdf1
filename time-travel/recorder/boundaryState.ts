/**
 * What every part of the boundary shares: the mode and the log. One process holds one boundary, so this is module state:
 * the hot paths read it without an indirection.
 */
import type { LogReader } from '../recording/logReader.ts';
import type { LogWriter } from '../recording/logWriter.ts';
import type { Redactor } from './log/redaction.ts';

export type Mode = 'record' | 'replay';

export interface BoundaryState {
  mode: Mode;
  /** Present while recording. */
  writer: LogWriter;
  /** Present while recording with `--redact`. */
  redactor?: Redactor;
  /** Present while replaying. */
  reader: LogReader;
  /** Events passed so far; the same number at the same place in both modes. */
  events: number;
}

/** `writer` and `reader` are set by `openLog` before anything is patched; only the one of the mode may be used. */
export const state = { mode: 'record', events: 0 } as BoundaryState;

export const recording = (): boolean => state.mode === 'record';
