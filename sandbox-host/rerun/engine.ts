import type { Enter } from '../guest/start.ts';
import type { Inward, Outward } from './crossingStreams.ts';
import { readStreams } from './crossingStreams.ts';
import { type GuestModules, guestModules, type Loader } from './guestModules.ts';
import { guestStacks, languageNames, leaveLanguageOnly } from './plainRealm.ts';

/** What the rerun needs of Node, taken before the guest's world is made. */
export interface Tools extends Loader {
  crossings: string;
  /** Source of the guest runtime. */
  runtime: string;
  vm: Parameters<typeof languageNames>[0] & {
    compileFunction(code: string, names: string[], options: { filename: string }): unknown;
  };
  setImmediate(callback: () => void): unknown;
  writeSync(descriptor: number, bytes: Uint8Array): number;
  Buffer: { from(text: string): Uint8Array };
  process: {
    exit(code: number): never;
    on(event: 'unhandledRejection' | 'uncaughtException', listener: (error: unknown) => void): unknown;
  };
}

/** The exit code where a rerun does something else than the log says. */
const DIVERGED = 86;
const RUNTIME_NAME = 'apex:runtime';
const SHOWN = 300;

/**
 * Runs a sandbox's program again in this process, from the log of its crossings: what came in comes in again in the same
 * order, what goes out is compared and goes nowhere. Only what it printed is printed.
 */
export function rerun(tools: Tools): void {
  const { process, Buffer } = tools;
  const exit = (code: number) => process.exit(code);
  const write = (descriptor: number, text: string): void => {
    for (let rest = Buffer.from(text); rest.length > 0; ) rest = rest.subarray(tools.writeSync(descriptor, rest));
  };
  const streams = readStreams(tools.crossings);
  const { inward, outward } = streams;
  const modules = guestModules(streams, tools);
  const { parse, stringify } = JSON;
  let entered = 0;
  let left = 0;
  let enter: Enter | undefined;
  let differs = '';
  /** What a turn threw last, or a promise was rejected with that nobody listens to. */
  let failure: { error: unknown } | undefined;
  const keepFailure = (error: unknown): void => {
    failure = { error };
  };

  const diverge = (expected: string, seen: string): never => {
    write(2, `apex: the rerun differs at crossing ${left}: ${seen} instead of ${expected}.\n`);
    return exit(DIVERGED);
  };

  const nextOutward = <T extends Outward['t']>(t: T, seen: string): Extract<Outward, { t: T }> => {
    const expected = outward[left];
    if (!expected) {
      // A log that breaks off within a turn ends the rerun where it ends.
      if (entered >= inward.length || isEnd(inward[entered]!)) finish(inward[entered]);
      diverge('nothing', seen);
    }
    if (expected!.t !== t) diverge(shown(stringify(expected)), seen);
    return expected as Extract<Outward, { t: T }>;
  };

  const send = (channel: string, text: string, number: number): string | undefined => {
    const seen = `${channel} ${number} ${shown(text)}`;
    const expected = nextOutward('send', seen);
    if (expected.channel !== channel || expected.number !== number) {
      diverge(`${expected.channel} ${expected.number} ${shown(expected.text)}`, seen);
    }
    if (expected.text !== text && differs === '') {
      differs = `crossing ${left}: ${shown(text)} instead of ${shown(expected.text)}`;
    }
    left++;
    if (channel === 'post') print(text);
    return expected.answer;
  };

  const load = (specifier: string, referrer: string): string => {
    const seen = `require ${specifier} in ${referrer}`;
    const expected = nextOutward('load', seen);
    if (expected.specifier !== specifier) diverge(`require ${expected.specifier}`, seen);
    left++;
    return expected.answer;
  };

  const print = (text: string): void => {
    const message = parse(text) as { t: string; stream?: string; text?: string };
    if (message.t === 'log') write(message.stream === 'stderr' ? 2 : 1, message.text ?? '');
  };

  const finish = (end: Inward | undefined): never => {
    if (differs !== '') write(2, `apex: the rerun differs at ${differs}.\n`);
    if (end?.t === 'cut') write(2, 'apex: the log of the sandbox was cut here; it had become too long.\n');
    if (end?.t === 'end') write(2, end.text);
    const code = differs !== '' ? DIVERGED : end?.t === 'end' ? end.code : 1;
    if (end?.t !== 'end' || !end.uncaught || !failure) return exit(code);
    // Node's own way of ending with it: a debugger finds where it was thrown.
    process.on('uncaughtException', () => exit(code));
    throw failure.error;
  };

  const evaluate = (source: string, referrer: string) => {
    let begun = false;
    const goOn = () => (begun ? step() : tools.setImmediate(goOn));
    const failed = (error: unknown) => {
      if (!begun) diverge('modules that link', String(error));
      keepFailure(error);
    };
    modules
      .evaluate(source, referrer, () => {
        begun = true;
      })
      .then(undefined, failed);
    tools.setImmediate(goOn);
  };

  /** One crossing inward; the next when the guest has let go of the thread and its promises have settled. */
  const step = (): void => {
    const crossing = inward[entered++];
    if (!crossing || isEnd(crossing)) finish(crossing);
    else if (crossing.t === 'run') {
      evaluate(`import * as program from ${stringify(crossing.url)};\n__apexDone(program);`, '');
    } else if (crossing.t === 'import') {
      const { id, specifier, referrer } = crossing;
      evaluate(`import * as found from ${stringify(specifier)};\n__apexImported(${id}, found);`, referrer);
    } else {
      tools.setImmediate(step);
      try {
        if (crossing.t === 'boot') enter = boot(tools, modules, { send, load, text: crossing.text });
        else if (crossing.t === 'enter') enter?.(crossing.kind as Parameters<Enter>[0], crossing.text, crossing.number);
      } catch (error) {
        // It ends the program: the log says so next.
        keepFailure(error);
      }
    }
  };

  // A rejection that nobody has handled has ended the program, where it did: the log says so.
  process.on('unhandledRejection', keepFailure);
  guestStacks(modules.guestName);
  const names = languageNames(tools.vm);
  void modules.compileCommonJs().then(() => {
    leaveLanguageOnly(names);
    tools.setImmediate(step);
  });
}

function boot(
  { vm, runtime }: Tools,
  modules: GuestModules,
  { send, load, text }: { send: unknown; load: unknown; text: string },
): Enter {
  const code = `${runtime}\nreturn apexGuest.start($0, $1, $2);`;
  const begin = vm.compileFunction(code, ['$0', '$1', '$2'], { filename: RUNTIME_NAME }) as (
    ...args: unknown[]
  ) => Enter;
  // biome-ignore lint/security/noGlobalEval: the guest's own, within the rerun.
  const real = globalThis.eval;
  // The runtime takes `eval` to evaluate CommonJS modules with: those are compiled already, where a debugger finds them.
  globalThis.eval = (wrapper: string) => modules.commonJs(wrapper) ?? real(wrapper);
  try {
    return begin(send, load, text);
  } finally {
    globalThis.eval = real;
  }
}

function isEnd({ t }: Inward): boolean {
  return t === 'end' || t === 'cut';
}

function shown(text: string): string {
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}
