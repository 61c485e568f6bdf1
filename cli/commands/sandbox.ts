import { ApexError } from '../../protocol/errors.ts';
import { connectToHost } from '../../runtime/sandboxHostLink.ts';
import type { Command, ExitCode, Invocation } from '../command.ts';
import { textOption } from '../sandbox/action.ts';
import { actions } from '../sandbox/actions.ts';
import { writeProgramText } from '../terminalText.ts';

export const command: Command = {
  usage: `sandbox ${Object.keys(actions).join('|')} ... [--socket PATH]`,
  help: [
    'Speaks with a sandbox host that runs already (apex host listen).',
    ...Object.values(actions).map(({ usage }) => `  apex sandbox ${usage}`),
    'Exit code 0: done, 1: the answer is "no", 2: wrong use, or the host refused.',
  ].join('\n'),
  options: {
    socket: { type: 'string' },
    mode: { type: 'string' },
    policy: { type: 'string' },
    label: { type: 'string' },
    scan: { type: 'string' },
    note: { type: 'string' },
    direction: { type: 'string' },
    when: { type: 'string' },
    every: { type: 'string' },
    include: { type: 'string', multiple: true },
    exclude: { type: 'string', multiple: true },
    redact: { type: 'string', multiple: true },
    rename: { type: 'string', multiple: true },
    conflict: { type: 'string' },
    yes: { type: 'boolean' },
    for: { type: 'string' },
    deny: { type: 'boolean' },
    sandboxes: { type: 'string' },
    memory: { type: 'string' },
  },
  run,
};

async function run({ positionals, options, json }: Invocation): Promise<ExitCode> {
  const [name = '', ...words] = positionals;
  const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
  if (!action) {
    const message = name ? `There is no "sandbox ${name}".` : 'What to do with which sandbox?';
    throw new ApexError('wrong-use', message, '"apex help sandbox" lists what there is.');
  }
  const [least, most] = action.words;
  if (words.length < least || words.length > most) {
    throw new ApexError('wrong-use', `Wrong number of words.`, `Usage: apex sandbox ${action.usage}`);
  }
  const { host, close } = await connectToHost(textOption(options, 'socket'));
  try {
    const report = await action.run(host, words, options);
    if (json) process.stdout.write(`${JSON.stringify(report.json)}\n`);
    else writeProgramText(process.stdout, report.text);
    return report.exitCode ?? 0;
  } finally {
    close();
  }
}
