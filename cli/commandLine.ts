import { parseArgs } from 'node:util';
import { ApexError, toErrorReport } from '../protocol/errors.ts';
import type { Command, CommandEntry, ExitCode, Invocation } from './command.ts';
import { commandTable } from './commandTable.ts';
import { version } from './version.ts';

/** Runs one command line and gives its exit code. Never throws: an error is printed as message and advice, code 2. */
export async function runCommandLine(argv: string[], table = commandTable): Promise<ExitCode> {
  const json = argv.slice(0, argv.includes('--') ? argv.indexOf('--') : undefined).includes('--json');
  try {
    return await dispatch(argv, json, table);
  } catch (thrown) {
    printError(thrown, json);
    return 2;
  }
}

async function dispatch(argv: string[], json: boolean, table: Record<string, CommandEntry>): Promise<ExitCode> {
  const [name, ...args] = argv;
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    const topic = args[0];
    process.stdout.write(topic ? commandHelp(topic, await loadCommand(topic, table), table) : overview(table));
    return 0;
  }
  if (name === '--version' || name === '-v') {
    process.stdout.write(`${version}\n`);
    return 0;
  }
  const command = await loadCommand(name, table);
  const invocation = parseInvocation(name, command, args, json);
  if (invocation.options.help) {
    process.stdout.write(commandHelp(name, command, table));
    return 0;
  }
  return command.run(invocation);
}

async function loadCommand(name: string, table: Record<string, CommandEntry>): Promise<Command> {
  const entry = Object.hasOwn(table, name) ? table[name] : undefined;
  if (!entry) {
    const near = Object.keys(table).find((known) => known.startsWith(name.slice(0, 3)));
    const advice = near
      ? `Did you mean "apex ${near}"? "apex help" lists the commands.`
      : '"apex help" lists the commands.';
    throw new ApexError('unknown-command', `There is no command "${name}".`, advice);
  }
  return entry.load();
}

function parseInvocation(name: string, command: Command, args: string[], json: boolean): Invocation {
  const split = args.indexOf('--');
  const own = split < 0 ? args : args.slice(0, split);
  try {
    const { values, positionals } = parseArgs({
      args: own,
      allowPositionals: true,
      options: { ...command.options, json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
    });
    return { options: { ...values }, positionals, rest: split < 0 ? undefined : args.slice(split + 1), json };
  } catch (error) {
    const message = error instanceof Error ? error.message.split('. To specify')[0]! : String(error);
    throw new ApexError('wrong-use', message, `Usage: apex ${command.usage} ("apex help ${name}" says more).`);
  }
}

function overview(table: Record<string, CommandEntry>): string {
  const width = Math.max(0, ...Object.keys(table).map((name) => name.length));
  const rows = Object.entries(table).map(([name, entry]) => `  ${name.padEnd(width)}  ${entry.summary}\n`);
  return [
    'Usage: apex COMMAND [OPTION...]\n\n',
    ...rows,
    '\nEvery command takes --json and --help. Exit code 0: fine, 1: the answer is "no", 2: wrong use or failure.\n',
  ].join('');
}

function commandHelp(name: string, command: Command, table: Record<string, CommandEntry>): string {
  return `Usage: apex ${command.usage}\n\n${table[name]?.summary ?? ''}\n${command.help ? `\n${command.help.trimEnd()}\n` : ''}`;
}

function printError(thrown: unknown, json: boolean): void {
  const report = toErrorReport(thrown);
  if (json) process.stdout.write(`${JSON.stringify({ error: report })}\n`);
  process.stderr.write(`apex: ${report.message}\n${report.advice ? `  ${report.advice}\n` : ''}`);
  if (report.code === 'internal' && process.env.APEX_DEBUG && thrown instanceof Error) {
    process.stderr.write(`${thrown.stack}\n`);
  }
}
