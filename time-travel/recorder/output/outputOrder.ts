/**
 * Recording: processes that share standard output write down, in one file, who wrote how much when. A replay of all of them
 * prints in this order.
 */
import { PROCESSES_FOLDER } from '../../recording/layout.ts';
import { bufferFrom } from '../../recording/safeBuiltins.ts';
import { APPEND, realNatives } from '../start/natives.ts';
import type { BoundaryOrder } from '../start/order.ts';

let file: number | undefined;
let owner: BoundaryOrder | undefined;
/** Bytes written to descriptors 1 and 2 while nobody shared them. */
const before = [0, 0, 0];

export function followOutput(order: BoundaryOrder): void {
  owner = order;
  if (order.origin && (order.origin.output[1] || order.origin.output[2])) shareOutput();
}

/** From here on another process may write to the same descriptors. The folder of the processes exists. */
export function shareOutput(): void {
  if (file !== undefined || !owner) return;
  try {
    file = realNatives.open(`${owner.folder}/${PROCESSES_FOLDER}/output.order`, APPEND, 0o600);
  } catch {
    // The folder of the recording is gone, and with it what the order is for.
    return;
  }
  for (let fd = 1; fd <= 2; fd++) if (before[fd]) writeLine(fd, before[fd]!);
}

export function noteOutput(fd: number, length: number): void {
  if (file === undefined) before[fd]! += length;
  else writeLine(fd, length);
}

/** The program ends: what native code prints from here on, such as an uncaught error, comes now. */
export function noteEnd(): void {
  if (file !== undefined) for (let fd = 1; fd <= 2; fd++) writeLine(fd, '*');
}

function writeLine(fd: number, length: number | '*'): void {
  const leadsTo = owner!.origin ? owner!.origin.output[fd] : fd;
  if (leadsTo) realNatives.write(file!, bufferFrom(`${owner!.process} ${fd} ${leadsTo} ${length}\n`), null);
}
