import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type CallNode, callTree, functionName } from './callTree.ts';
import { callsAnswer } from './costAnswers.ts';
import { plainLauncher } from './launch.ts';
import { profile } from './profile.ts';
import { ReplaySession } from './replaySession.ts';

const fixture = (name: string) => plainLauncher(process.execPath, join(import.meta.dirname, 'fixtures', name));

/** `name calls self total`, what it called indented; lambdas are shown by their line. */
function drawn(nodes: CallNode[], indent = ''): string[] {
  return nodes.flatMap((node) => {
    const { name, line, isFile } = node.function;
    const label = name || isFile ? functionName(node.function) : `line ${line + 1}`;
    const shown = `${node.folded ? 'folded' : label} ${node.calls} ${node.self} ${node.total}`;
    return [`${indent}${shown}${node.recursive ? ' recursive' : ''}`, ...drawn(node.children, `${indent}  `)];
  });
}

describe('replay session: call tree of a range', function () {
  this.timeout(120_000);

  for (const fork of [true, false]) {
    it(`counts calls that end in every way a call can end${fork ? '' : ', without copies'}`, async () => {
      const session = await ReplaySession.open(fixture('callTree.mjs'), { fork });
      try {
        const tree = await callTree(session, { from: 1, to: session.end.point });
        assert.deepEqual(drawn(tree.roots), [
          '(file) 1 13 121',
          '  waits 3 18 63',
          '    wait 12 12 24',
          '      line 2 12 12 12',
          '    leaf 12 12 12',
          '    both 3 3 9',
          '      leaf 6 6 6',
          '  catches 1 4 10',
          '    between 1 1 4',
          '      thrower 1 2 3',
          '        leaf 1 1 1',
          '    leaf 2 2 2',
          '  both 3 3 9',
          '    leaf 6 6 6',
          '  numbers 1 5 9',
          '    leaf 4 4 4',
          '  early 2 4 5',
          '    leaf 1 1 1',
          '  leaf 4 4 4',
          '  line 56 4 4 4',
          '  line 37 1 1 2',
          '    leaf 1 1 1',
          '  Box.value 1 1 2',
          '    leaf 1 1 1',
          'line 59 1 1 2',
          '  leaf 1 1 1',
        ]);
        assert.equal(tree.statements, session.end.point, 'each statement belongs to one call');
      } finally {
        session.close();
      }
    });
  }

  it('counts within a range, and leads to the first and to the longest call', async () => {
    const session = await ReplaySession.open(fixture('steps.cjs'));
    try {
      const [change] = await session.visits([{ path: join(import.meta.dirname, 'fixtures/steps.cjs'), line: 11 }]);
      const [from, to] = [change!.points[10]!, change!.points[19]! + 1];
      const tree = await callTree(session, { from, to });
      const node = tree.nodes.find(({ function: { name } }) => name === 'change')!;
      assert.deepEqual(
        [node.calls, node.self, node.first, node.longest],
        [10, 20, from, { statements: 2, point: from }],
      );
      assert.equal(tree.statements, to - from + 1);
      assert.equal(
        tree.nodes.some(({ function: { name } }) => name === 'fib'),
        false,
        'what did not run in the range is not told',
      );
      const whole = await callTree(session, { from: 1, to: session.end.point });
      const fib = whole.nodes.find(({ function: { name } }) => name === 'fib')!;
      const { line } = await session.moments.at(fib.first);
      assert.deepEqual([line, fib.longest.statements], [fib.function.line + 1, fib.total]);
    } finally {
      session.close();
    }
  });

  it('takes calls that go back to a caller as calls of that', async () => {
    const session = await ReplaySession.open(fixture('recursion.cjs'));
    try {
      const range = { from: 1, to: session.end.point };
      const tree = await callTree(session, range);
      assert.deepEqual(drawn(tree.roots), [
        '(file) 1 4 29',
        '  waits 3 6 8 recursive',
        '    leaf 2 2 2',
        '  even 3 3 6 recursive',
        '    odd 2 2 2',
        '    leaf 1 1 1',
        '  odd 3 3 6 recursive',
        '    even 2 2 2',
        '    leaf 1 1 1',
        '  takes 1 1 5',
        '    numbers 1 2 4',
        '      leaf 2 2 2',
      ]);
      assert.equal(tree.statements, session.end.point, 'each statement is in one line');
    } finally {
      session.close();
    }
  });

  it('has a line of their own for calls that would be paths too many', async () => {
    const session = await ReplaySession.open(fixture('recursion.cjs'));
    try {
      const range = { from: 1, to: session.end.point };
      const whole = await callTree(session, range);
      const tree = await callTree(session, range, 3);
      assert.deepEqual(drawn(tree.roots), [
        '(file) 1 4 29',
        '  folded 15 19 19',
        '  even 3 3 6 recursive',
        '    odd 2 2 2',
        '    folded 1 1 1',
      ]);
      assert.equal(tree.statements, session.end.point, 'each statement is in one line');
      assert.deepEqual(tree.costs, whole.costs, 'what a function cost is known all the same');
      const all = tree.costs.map(({ function: called, calls, self, total }) => {
        return `${functionName(called)} ${calls} ${self} ${total}`;
      });
      assert.deepEqual(all, [
        '(file) 1 4 29',
        'even 5 5 11',
        'odd 5 5 11',
        'leaf 6 6 6',
        'takes 1 1 5',
        'numbers 1 2 4',
        'waits 3 6 8',
      ]);
      const lines = callsAnswer(tree, range);
      assert.deepEqual(
        [lines.folded, lines.nodes.filter(({ folded }) => folded).map(({ name }) => name)],
        [16, ['(deeper calls, folded)', '(deeper calls, folded)']],
      );
    } finally {
      session.close();
    }
  });

  it('has the time of each function, with recursion counted once', async () => {
    const session = await ReplaySession.open(fixture('longCalls.cjs'));
    try {
      const found = await profile(session, { from: 1, to: session.end.point });
      assert.ok(found.samples > 0);
      for (const { selfMs, totalMs, selfStatements, totalStatements } of found.functions) {
        assert.ok(selfMs <= totalMs + 1e-6 && selfStatements <= totalStatements);
        assert.ok(totalStatements <= found.tree.statements);
      }
      const statements = found.functions.reduce((sum, { selfStatements }) => sum + selfStatements, 0);
      assert.equal(statements, found.tree.statements);
      const milliseconds = found.functions.reduce((sum, { selfMs }) => sum + selfMs, 0);
      assert.ok(Math.abs(milliseconds - found.milliseconds) < 1e-6, 'no sample is lost');
    } finally {
      session.close();
    }
  });
});
