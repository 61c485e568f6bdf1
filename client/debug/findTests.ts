/** A test in a source file; the line counts from 0. */
export interface FoundTest {
  line: number;
  name: string;
}

export type TestRunner = 'node' | 'mocha';

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
 * What runs a file of tests, as far as its text and the dependencies of its package tell. Runners that put tests into
 * processes or threads of their own (vitest, jest) are none that a session can follow.
 */
export function runnerOf(text: string, dependencies: readonly string[]): TestRunner | undefined {
  if (/(?:from|require\()\s*['"](?:node:)?test['"]/.test(text)) return 'node';
  if (/['"](?:vitest|@jest\/globals)['"]/.test(text)) return undefined;
  return dependencies.includes('mocha') ? 'mocha' : undefined;
}

/** Options of Node and arguments with which a runner runs only the tests of this name. */
export function commandFor(runner: TestRunner, name: string, file: string): { runtimeArgs: string[]; args: string[] } {
  if (runner === 'mocha') return { runtimeArgs: [], args: ['--timeout', '0', '--fgrep', name, file] };
  // The pattern is held against the names of the suites and the test's own, with spaces between.
  const pattern = name.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  return { runtimeArgs: ['--test-name-pattern', `${pattern}$`], args: [] };
}
