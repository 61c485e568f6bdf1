import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { DebugConfiguration } from 'vscode';
import { DEBUG_TYPE } from '../../protocol/debug.ts';
import { commandFor, type FoundTest, findTests, runnerOf, type TestRunner } from './findTests.ts';

/** A test and what runs it alone. */
export interface TestToRecord {
  file: string;
  name: string;
  runner: TestRunner;
}

/** The tests of a file that a session can record. */
export function testsOf(file: string, text: string): (TestToRecord & FoundTest)[] {
  const tests = findTests(text);
  const runner = tests.length > 0 ? runnerOf(text, dependenciesOf(file)) : undefined;
  return runner ? tests.map((test) => ({ ...test, file, runner })) : [];
}

/** How to record it; undefined when its runner is not installed. */
export function testConfiguration({ file, name, runner }: TestToRecord): DebugConfiguration | undefined {
  const mocha = runner === 'mocha' ? findUpwards(dirname(file), 'node_modules/mocha/bin/mocha.js') : undefined;
  if (runner === 'mocha' && !mocha) return undefined;
  return {
    type: DEBUG_TYPE,
    request: 'launch',
    name: `Record test: ${name}`,
    program: mocha ?? file,
    cwd: dirname(findUpwards(dirname(file), 'package.json') ?? file),
    ...commandFor(runner, name, file),
  };
}

function dependenciesOf(file: string): string[] {
  const path = findUpwards(dirname(file), 'package.json');
  if (!path) return [];
  try {
    const { dependencies, devDependencies } = JSON.parse(readFileSync(path, 'utf8'));
    return Object.keys({ ...dependencies, ...devDependencies });
  } catch {
    // It is being edited.
    return [];
  }
}

function findUpwards(from: string, name: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const path = join(folder, name);
    if (existsSync(path)) return path;
    if (dirname(folder) === folder) return undefined;
  }
}
