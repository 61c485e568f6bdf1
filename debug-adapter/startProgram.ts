import { basename } from 'node:path';
import { ApexError } from '../protocol/errors.ts';
import type { DapConnection } from './dapConnection.ts';
import type { LaunchPlan } from './launchArguments.ts';
import {
  attachToRecording,
  type OutputListener,
  type RecordedProgram,
  startInTerminal,
  startRecording,
} from './recorder.ts';

type Plan<Kind> = Extract<LaunchPlan, { kind: Kind }>;

interface Start {
  client: DapConnection;
  opensTerminals: boolean;
  /** Gets what a program prints that has no terminal. */
  print: OutputListener;
  /** Nobody wants the program any more. */
  signal: AbortSignal;
}

/**
 * The program of a session, which runs from now on or already does; undefined when there is only its recording. When
 * the signal has come it is what was begun until then, for the caller to end.
 * @throws ApexError when it cannot be started, or the recording cannot be opened
 */
export async function startProgram(plan: LaunchPlan, start: Start): Promise<RecordedProgram | undefined> {
  if (plan.kind === 'open') return programOf(plan);
  const { terminal } = plan;
  if (!terminal) return startRecording(plan, start.print);
  const { client, signal } = start;
  if (!start.opensTerminals) {
    const output =
      'This editor opens no terminal for a debug session: the program runs without one, in this console.\n';
    client.event('output', { category: 'important', output });
    return startRecording(plan, start.print);
  }
  try {
    return await startInTerminal(plan, { client, signal, kind: terminal, title: basename(plan.program) });
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}

export function endUnwanted(program: RecordedProgram | undefined): void {
  program?.stop();
  void program?.ended.finally(() => program.dispose());
}

/** Of a recording that is still being made, its program; the other processes can be looked at when it has ended. */
function programOf({ recording, process }: Plan<'open'>): RecordedProgram | undefined {
  const program = attachToRecording(recording);
  if (program && process)
    throw new ApexError('still-recorded', 'Its other processes can be opened when the program has ended.');
  return program;
}
