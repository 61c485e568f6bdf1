import { resolve } from 'node:path';
import { ApexError } from '../../protocol/errors.ts';
import { type Limits, type Mode, modeSchema, type Outcome } from '../../protocol/sandbox.ts';
import { scanSeveritySchema } from '../../protocol/sandboxModules.ts';
import { SandboxHostProcess } from '../../runtime/sandboxHostProcess.ts';
import type { Command, ExitCode, Invocation } from '../command.ts';
import { choiceOption } from '../sandbox/action.ts';
import { prepareRecording, type RecordedSandbox, type Recording, recordRun } from '../sandbox/recordRun.ts';
import { writeProgramText } from '../terminalText.ts';

export const command: Command = {
  usage:
    'run FILE [--mode isolation|development|hybrid] [--policy FILE] [--audit] [--timeout MS] [--memory MB] [--scan SEVERITY] [--record FOLDER]',
  help: [
    'Runs a JavaScript or TypeScript program in a sandbox: no file, network or process unless a policy allows it.',
    '--timeout limits wall and CPU time (default in isolation: 30 s in all, 1 s without a pause); 0 means no limit.',
    '--policy FILE holds it to an apex.policy.json; --audit allows what no rule denies and suggests the smallest policy.',
    '--memory limits memory in MiB (default in isolation: 64).',
    '--scan low|medium|high|critical analyses each module before it is loaded and refuses one with such a finding or worse.',
    '--record FOLDER makes a recording of the run, for "apex replay" and the debugger.',
    'Exit code 0: the program ended well, 1: it failed or a limit ended it, 2: it could not be started.',
  ].join('\n'),
  options: {
    mode: { type: 'string' },
    policy: { type: 'string' },
    audit: { type: 'boolean' },
    timeout: { type: 'string' },
    memory: { type: 'string' },
    scan: { type: 'string' },
    record: { type: 'string' },
  },
  run,
};

async function run({ options, positionals, json }: Invocation): Promise<ExitCode> {
  const [file, ...extra] = positionals;
  if (!file || extra.length > 0) throw wrongUse(file ? `One FILE, not also "${extra[0]}".` : 'Which FILE?');
  const mode = parseMode(options.mode);
  const limits = parseLimits(options.timeout, options.memory);
  const scan = choiceOption(options, 'scan', scanSeveritySchema.options);
  const recording = prepareRecording(options.record);
  const { host } = await SandboxHostProcess.start();
  const interrupt = () => void host.stop().then(() => process.exit(130));
  process.once('SIGINT', interrupt);
  try {
    const output: { stream: 'stdout' | 'stderr'; text: string }[] = [];
    host.on('sandbox/output', ({ stream, text }) => {
      if (json) output.push({ stream, text });
      else writeProgramText(process[stream], text);
    });
    const ended = new Promise<Outcome>((settle) => host.on('sandbox/ended', ({ outcome }) => settle(outcome)));
    const policy = typeof options.policy === 'string' ? resolve(options.policy) : undefined;
    const audit = options.audit === true;
    const started = await host.request('sandbox/start', {
      file: resolve(file),
      mode,
      limits,
      policy,
      audit,
      scan,
      record: recording?.crossings,
    });
    const lost = host.closed.then((reason) => {
      throw new ApexError('host-lost', `The sandbox host ended: ${reason}`, 'Run the command again.');
    });
    const outcome = await Promise.race([ended, lost]);
    const suggestion = audit ? (await host.request('policy/suggest', {})).policy : undefined;
    const text = failureText(outcome);
    const code = exitCode(outcome);
    if (!json) writeProgramText(process.stderr, text);
    // A program that could not be started has nothing to be recorded.
    if (recording && code !== 2) {
      const { wallMs } = outcome.usage;
      const { memoryMb } = started.limits;
      const byLimit = !outcome.ok && outcome.failure.code !== 'uncaught';
      await finishRecording(recording, { file, code, text, wallMs, memoryMb, byLimit });
    }
    report(outcome, { output, json, suggestion, recording: recording?.out });
    return code;
  } finally {
    process.off('SIGINT', interrupt);
    await host.stop();
    recording?.forget();
  }
}

async function finishRecording(
  { out, crossings }: Recording,
  run: Omit<RecordedSandbox, 'out' | 'crossings'>,
): Promise<void> {
  const differs = await recordRun({ ...run, out, crossings });
  if (differs) process.stderr.write(`apex: the recording is not the run in all: ${differs.replace(/^apex: /, '')}\n`);
}

interface Reported {
  output: unknown[];
  json: boolean;
  suggestion: string | undefined;
  recording: string | undefined;
}

function report(outcome: Outcome, { output, json, suggestion, recording }: Reported): void {
  const { usage } = outcome;
  if (suggestion !== undefined && !json) process.stderr.write(`apex: a policy for what it did:\n${suggestion}`);
  if (!json) return;
  const more = {
    ...(suggestion !== undefined && { suggestedPolicy: JSON.parse(suggestion) as unknown }),
    ...(recording !== undefined && { recording }),
  };
  if (!outcome.ok) print({ ok: false, error: outcome.failure, usage, output, ...more });
  else print({ ok: true, ...(outcome.value !== undefined && { value: outcome.value }), usage, output, ...more });
}

/** A program that cannot even be read by the compiler is wrong use (2); one that fails while running is a "no" (1). */
function exitCode(outcome: Outcome): ExitCode {
  if (outcome.ok) return 0;
  return ['syntax-error', 'module-not-found', 'module-refused'].includes(outcome.failure.code) ? 2 : 1;
}

/** What a person is told of a run that did not end well. */
function failureText(outcome: Outcome): string {
  if (outcome.ok) return '';
  const { failure } = outcome;
  if (failure.code === 'uncaught') return `${uncaughtText(failure)}\n`;
  const where = failure.code === 'syntax-error' && failure.stack ? `${failure.stack.split('\n')[0]}: ` : '';
  return `apex: ${where}${failure.message}\n${failure.advice ? `  ${failure.advice}\n` : ''}`;
}

function uncaughtText({ stack, message }: { stack?: string; message: string }): string {
  return stack?.trim() ? `Uncaught ${stack}` : `Uncaught ${message}`;
}

function print(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

function parseMode(text: unknown): Mode | undefined {
  if (text === undefined) return undefined;
  const mode = modeSchema.safeParse(text);
  if (mode.success) return mode.data;
  throw wrongUse(`"${String(text)}" is no mode; the modes are ${modeSchema.options.join(', ')}.`);
}

function parseLimits(timeout: unknown, memory: unknown): Partial<Limits> {
  const limits: Partial<Limits> = {};
  if (timeout !== undefined) {
    const milliseconds = parseNumber('--timeout', timeout, 0, 86_400_000);
    Object.assign(limits, { wallMs: milliseconds, turnMs: milliseconds, cpuMs: milliseconds });
  }
  if (memory !== undefined) limits.memoryMb = parseNumber('--memory', memory, 8, 8192);
  return limits;
}

function parseNumber(option: string, text: unknown, least: number, most: number): number {
  const number = /^\d+$/.test(String(text)) ? Number(text) : Number.NaN;
  if (number >= least && number <= most) return number;
  throw wrongUse(`${option} takes a whole number from ${least} to ${most}, not "${String(text)}".`);
}

function wrongUse(message: string): ApexError {
  return new ApexError('wrong-use', message, `Usage: apex ${command.usage}`);
}
