import type { FillRule } from './fillView.ts';

/** What is special about one native function. */
export interface CallSpec {
  /** Arrays shared with native code that it writes. */
  shared?: readonly number[];
  /** Arguments that native code fills. */
  fill?: FillRule;
  /** More state to carry across: plain data, or undefined for nothing, taken right after the call. */
  extra?: {
    record(self: unknown, args: readonly unknown[], result: unknown): unknown;
    replay(self: unknown, args: readonly unknown[], recorded: unknown): void;
  };
  /** Arguments reach native code as they are: functions among them are values. */
  raw?: boolean;
  /** Recording: takes the short way of that kind. */
  short?: 'reading' | 'write';
  /** A function of a binding, not a method of an object with identity. */
  free?: boolean;
  /** Replay: changes what the caller gets. */
  transform?(args: readonly unknown[], result: unknown): unknown;
  /** Replay: shows output that the program wrote here. */
  echo?(self: unknown, args: readonly unknown[], result: unknown): void;
  /** Recording: false for objects to which `before`, `extra` and `after` do not apply. By default they apply to all. */
  concerns?(self: unknown): boolean;
  /** Recording: runs before the native function, for example to flush before the process dies; may replace arguments. */
  before?(self: unknown, args: unknown[]): void;
  /** Recording: runs when the call has been logged. */
  after?(self: unknown, args: readonly unknown[], result: unknown): void;
}
