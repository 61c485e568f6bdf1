import assert from 'node:assert/strict';
import type { Moment } from '../agent/jobs.ts';
import { MomentPages, PAGE } from './momentPages.ts';

const moment = (line: number, flags = 0): Moment => [1, 2, line, 3, flags, -1];

describe('moments in pages', () => {
  it('gives what was added, also across pages, and nothing beside it', () => {
    const pages = new MomentPages(4);
    pages.add(PAGE - 2, [moment(10, 1), moment(11, 2), moment(12, 4)]);
    assert.deepEqual(pages.get(PAGE - 2), {
      depth: 1,
      script: 2,
      line: 10,
      column: 3,
      entry: true,
      suspends: false,
      resumed: false,
      owner: -1,
    });
    assert.deepEqual([pages.get(PAGE - 1)?.suspends, pages.get(PAGE)?.resumed], [true, true]);
    assert.deepEqual([pages.has(PAGE - 3), pages.has(PAGE), pages.has(PAGE + 1)], [false, true, false]);
    assert.equal(pages.get(PAGE + 1), undefined);
  });

  it('forgets the pages that were touched longest ago', () => {
    const pages = new MomentPages(2);
    const at = (page: number) => page * PAGE + 1;
    for (const page of [0, 1]) pages.add(at(page), [moment(page)]);
    pages.touch(at(0), at(0));
    pages.touch(at(2), at(2));
    pages.add(at(2), [moment(2)]);
    assert.deepEqual(
      [0, 1, 2].map((page) => pages.has(at(page))),
      [true, false, true],
    );
  });

  it('keeps the pages of a range that is asked for, however many they are', () => {
    const pages = new MomentPages(2);
    pages.add(1, [moment(1)]);
    pages.touch(1, 5 * PAGE);
    pages.add(
      PAGE,
      Array.from({ length: 4 * PAGE }, (_, line) => moment(line)),
    );
    pages.touch(1, 5 * PAGE);
    assert.ok(pages.has(1) && pages.has(5 * PAGE - 1));
    pages.touch(9 * PAGE, 9 * PAGE);
    assert.deepEqual([pages.has(1), pages.has(5 * PAGE - 1)], [false, true]);
  });
});
