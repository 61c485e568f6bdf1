/**
 * With `--test` and `--test-isolation=none` Node's test runner has begun before the boundary stands, and has read a clock for
 * its root: that time crosses when it is first used.
 */

import { reflectApply } from '../../recording/safeBuiltins.ts';
import { replaceFunction } from '../disguise/disguise.ts';
import { exchangeFact } from './facts.ts';
import { builtinModules, type NativeFunction, nodeRequire } from './natives.ts';

interface RunningTest {
  parent: unknown;
  startTime: bigint | null;
}
interface TestLibrary {
  Test: { prototype: { duration: NativeFunction } };
}

export function installTestRunnerStart(): void {
  const id = 'internal/test_runner/test';
  if (!builtinModules.map.get(id)?.loaded) return;
  const { prototype } = nodeRequire<TestLibrary>(id).Test;
  const { duration } = prototype;
  let known = false;
  replaceFunction(prototype, 'duration', function (this: RunningTest) {
    if (!known && !this.parent) {
      known = true;
      this.startTime = exchangeFact(this.startTime) as bigint | null;
    }
    return reflectApply(duration, this, []);
  });
}
