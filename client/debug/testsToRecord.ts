import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { DebugConfiguration } from 'vscode';
import { DEBUG_TYPE } from '../../protocol/debug.ts';
import {
  canRecordVitest,
  commandFor,
  type FoundTest,
  findTests,
  RUNNER_PROGRAMS,
  runnerOf,
  type TestRunner,
} from './findTests.ts';

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

/** How to record it, or why that cannot be. */
export function testConfiguration({ file, name, runner }: TestToRecord): DebugConfiguration | { problem: string } {
  const folder = dirname(file);
  const program = runner === 'node' ? file : findUpwards(folder, `node_modules/${RUNNER_PROGRAMS[runner]}`);
  if (!program) return { problem: `${runner} is not installed here. Run npm install first.` };
  if (runner === 'vitest' && !canRecordVitest(versionOf(dirname(program)))) {
    return { problem: 'Tests of vitest can be recorded from its version 4.1 on.' };
  }
  return {
    type: DEBUG_TYPE,
    request: 'launch',
    name: `Record test: ${name}`,
    program,
    cwd: dirname(findUpwards(folder, 'package.json') ?? file),
    ...commandFor(runner, name, file),
  };
}

function versionOf(folder: string): string {
  try {
    return String(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version);
  } catch {
    return '';
  }
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
