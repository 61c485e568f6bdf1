import { ApexError } from '../../protocol/errors.ts';
import { findPinnedNode } from '../../runtime/findNode.ts';
import { recordingsFolder } from '../../runtime/recordingsFolder.ts';
import { findRecording } from '../../time-travel/recording/placeOnShelf.ts';
import { type ReplayOutcome, replayRecording } from '../../time-travel/recording/replayRecording.ts';
import type { Command, OptionValues } from '../command.ts';
import { askRecording, type ReplayQuery } from './replayQuery.ts';

const usage = `replay RECORDING [--check] [--process NAME] [--node NODE]
       apex replay RECORDING [--process NAME] --at POINT [--eval EXPR] | --logpoint FILE:LINE EXPR | --last-write POINT EXPR
       apex replay RECORDING --profile | --calls [--from POINT] [--to POINT]
       apex replay RECORDING --what-if POINT CHANGE | --what-if-source FILE CHANGED-FILE`;

export const command: Command = {
  usage,
  help: `RECORDING is a folder, the name of a kept recording, or "last". Prints what the program printed, on stdout and stderr. Nothing outside the process is touched.
--check ends with code 0 when everything was as recorded and with 1 at the first difference, which is said on stderr.
--process replays (or asks) one process or worker thread alone: its name, or its number in the list of
          "apex recording show", from 0.
--node names another Node of the recorded version.

Questions to the recording, answered on stdout:
--at POINT              the stack at a point: a number, "start", "end" or a share such as 50%
--at POINT --eval EXPR  the value of an expression there
--logpoint FILE:LINE EXPR   its value each time that the line ran
--last-write POINT EXPR     which statement wrote a variable or property before the point
--profile               time per function: processor time sampled in replay, calls and statements counted
--calls                 the tree of calls, with counts of calls and statements
--from POINT --to POINT     only what ran in this part: for --profile, --calls and --logpoint
--what-if POINT CHANGE      the first difference when the program goes on with a change, such as "total = 5", and
                            where it stands then; with --go-on also what it prints behind it. 1: it differs
--what-if-source FILE CHANGED-FILE   the same with another text of a source file, from the start`,
  options: {
    check: { type: 'boolean' },
    process: { type: 'string' },
    node: { type: 'string' },
    at: { type: 'string' },
    eval: { type: 'string' },
    logpoint: { type: 'string' },
    'last-write': { type: 'string' },
    profile: { type: 'boolean' },
    calls: { type: 'boolean' },
    from: { type: 'string' },
    to: { type: 'string' },
    'what-if': { type: 'string' },
    'what-if-source': { type: 'string' },
    'go-on': { type: 'boolean' },
  },
  async run({ options, positionals, json }) {
    const [named, ...more] = positionals;
    const query = parseQuery(options, more);
    if (named === undefined || more.length > 0) {
      throw new ApexError('wrong-use', 'One recording is needed.', `Usage: apex ${usage}`);
    }
    const folder = findRecording(recordingsFolder(), named);
    const nodes = typeof options.node === 'string' ? [options.node] : [process.execPath, findPinnedNode().path];
    const wanted = typeof options.process === 'string' ? options.process : undefined;
    if (query) return askRecording(folder, nodes, query, json, wanted);
    const outcome = await replayRecording({
      folder,
      nodes,
      ...(wanted !== undefined && { process: wanted }),
    });
    process.stderr.write(json ? `${JSON.stringify(withoutMetadata(outcome))}\n` : describe(folder, outcome));
    return outcome.kind === 'identical' ? 0 : 1;
  },
};

/** Takes the expression of a question out of the words behind the recording. */
function parseQuery(options: OptionValues, words: string[]): ReplayQuery | undefined {
  const { at, eval: expression, logpoint, 'last-write': lastWrite } = options;
  const { 'what-if': whatIf, 'what-if-source': whatIfSource } = options;
  const { profile, calls, from, to } = options;
  const questions = [at, logpoint, lastWrite, whatIf, whatIfSource, profile, calls];
  const asked = questions.filter((option) => option !== undefined).length;
  if (asked > 1 || (expression !== undefined && at === undefined)) {
    throw new ApexError('wrong-use', 'One question at a time.', `Usage: apex ${usage}`);
  }
  const range = { ...(typeof from === 'string' && { from }), ...(typeof to === 'string' && { to }) };
  if (Object.keys(range).length > 0 && !profile && !calls && logpoint === undefined) {
    throw new ApexError(
      'wrong-use',
      '--from and --to limit --profile, --calls and --logpoint.',
      `Usage: apex ${usage}`,
    );
  }
  if (typeof at === 'string') {
    return { kind: 'at', point: at, expression: typeof expression === 'string' ? expression : undefined };
  }
  if (profile || calls) return { kind: profile ? 'profile' : 'calls', ...range };
  if (asked === 0) return undefined;
  const text = words.shift();
  if (text === undefined) {
    const needed = whatIfSource === undefined ? 'An expression' : 'The changed file';
    throw new ApexError('wrong-use', `${needed} is needed.`, `Usage: apex ${usage}`);
  }
  const goOn = options['go-on'] === true;
  if (typeof whatIf === 'string') return { kind: 'whatIf', point: whatIf, change: text, goOn };
  if (typeof whatIfSource === 'string') return { kind: 'whatIfSource', file: whatIfSource, changed: text, goOn };
  if (typeof logpoint === 'string') return { kind: 'logpoint', place: logpoint, expression: text, ...range };
  return { kind: 'lastWrite', point: String(lastWrite), expression: text };
}

const withoutMetadata = ({ metadata, ...rest }: ReplayOutcome) => rest;

function describe(folder: string, outcome: ReplayOutcome): string {
  const whose = outcome.process === 'main' ? folder : `process ${outcome.process} of ${folder}`;
  switch (outcome.kind) {
    case 'identical':
      return outcome.end.reason === 'stopped'
        ? `apex: ${whose} was recorded up to its --max-size, or until the disk was full: it was replayed to event ${outcome.end.events}, the program went on.\n`
        : '';
    case 'incomplete':
      return outcome.end.reason === 'damaged'
        ? `apex: ${whose} is damaged: everything before event ${outcome.end.events} was replayed, the rest is unreadable.\n`
        : `apex: ${whose} ends before the program did: it was replayed to its last moment, event ${outcome.end.events}.\n`;
    case 'failed':
      return `apex: The replay of ${whose} ended by itself (${outcome.how}).\n`;
    case 'diverged': {
      const { event, place, expected, seen, stack, agreed, cause } = outcome.divergence;
      return [
        `apex: The replay${outcome.process === 'main' ? '' : ` of process ${outcome.process}`} differs from the recording after event ${event} (${place}).\n`,
        `  recorded: ${expected}\n  replayed: ${seen}\n${stack ? `${stack}\n` : ''}`,
        agreed ? `  both agreed up to the call of ${agreed.call}, made here:\n${agreed.stack}\n` : '',
        `  likely cause: ${cause}\n`,
      ].join('');
    }
  }
}
