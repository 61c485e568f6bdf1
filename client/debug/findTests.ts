/** A test in a source file; the line counts from 0. */
export interface FoundTest {
  line: number;
  name: string;
}

export type TestRunner = 'node' | 'mocha' | 'vitest';

const CALL =
  /^\s*(?:await\s+)?(?:(?:t|test|it)\.)?(?:test|it)(?:\.only)?\s*\(\s*(?:(['"])((?:\\.|(?!\1).)+)\1|`([^`$]+)`)/;

/** The calls of `test` and `it` that begin a line and name their test in plain text. Others have no sure name. */
export function findTests(text: string): FoundTest[] {
  return text.split(/\r\n|[\n\r]/).flatMap((source, line) => {
    const match = CALL.exec(source);
    const name = match?.[2]?.replace(/\\(.)/g, '$1') ?? match?.[3];
    return name === undefined ? [] : [{ line, name }];
  });
}

/**
 * What runs a file of tests, as far as its text and the dependencies of its package tell. jest compiles what it runs
 * into contexts of its own, in which replay has no steps: it is none.
 */
export function runnerOf(text: string, dependencies: readonly string[]): TestRunner | undefined {
  if (/(?:from|require\()\s*['"](?:node:)?test['"]/.test(text)) return 'node';
  if (/['"]@jest\/globals['"]/.test(text)) return undefined;
  if (/['"]vitest['"]/.test(text)) return 'vitest';
  // With globals nothing is imported.
  return (['vitest', 'mocha'] as const).find((runner) => dependencies.includes(runner));
}

/** Where in `node_modules` a runner's program is. */
export const RUNNER_PROGRAMS = { mocha: 'mocha/bin/mocha.js', vitest: 'vitest/vitest.mjs' } as const;

/** Options of Node and arguments with which a runner runs only the tests of this name. */
export function commandFor(runner: TestRunner, name: string, file: string): { runtimeArgs: string[]; args: string[] } {
  if (runner === 'mocha') return { runtimeArgs: [], args: ['--timeout', '0', '--fgrep', name, file] };
  // The pattern is held against the names of the suites and the test's own, with spaces between.
  const pattern = `${name.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')}$`;
  if (runner === 'node') return { runtimeArgs: ['--test-name-pattern', pattern], args: [] };
  // One process, into which Node itself loads the files: what vite compiles has no steps.
  const whole = ['--pool=forks', '--no-file-parallelism', '--experimental.viteModuleRunner=false'];
  return { runtimeArgs: [], args: ['run', ...whole, '--testTimeout=0', '--testNamePattern', pattern, file] };
}

/** Whether an installed version of vitest has the option above: from 4.1 on. */
export function canRecordVitest(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 4 || (major === 4 && minor >= 1);
}
