/** How a launcher tells the preloaded bundle what to do: one environment variable, removed before the program starts. */
import type { Mode } from './boundaryState.ts';

export const BOUNDARY_VARIABLE = 'APEX_BOUNDARY';

export interface BoundaryOrder {
  mode: Mode;
  /** Absolute path of the recording. */
  folder: string;
  /** Name of the process in the recording: its files begin with it. */
  process: string;
  /** Replay: descriptor on which the outcome is written as one line of JSON. */
  reportFd?: number;
}

export const formatOrder = (order: BoundaryOrder): string => JSON.stringify(order);

export function parseOrder(text: string | undefined): BoundaryOrder | undefined {
  return text === undefined ? undefined : (JSON.parse(text) as BoundaryOrder);
}
