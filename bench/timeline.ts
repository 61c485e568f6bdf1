// How smooth the timeline panel is with many events: frames while panning, zooming and searching, in a real browser.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Profile } from '../protocol/costs.ts';
import type { TimelineEvent, TimelinePart } from '../protocol/timeline.ts';
import { launchBrowser } from '../test/editor/browser.ts';

const EVENTS = Number(process.argv[2] ?? 100_000);
const PART = 10_000;
/** As many as a profile tells at most. */
const SPANS = 4000;
const script = readFileSync(join(import.meta.dirname, '../dist/webview/timeline.js'), 'utf8');

const browser = await launchBrowser();
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 320 } });
  await page.setContent(
    '<body style="margin:0;height:320px"><script>window.acquireVsCodeApi = () => ({ postMessage() {} })</script></body>',
  );
  await page.addScriptTag({ content: script, type: 'module' });
  await page.evaluate(
    () => document.querySelector('apex-timeline') ?? document.body.append(document.createElement('apex-timeline')),
  );
  // Made in the page: what the bench's own messages cost is none of the panel's business.
  const told = await page.evaluate(tellEvents, { all: EVENTS, size: PART });
  const canvas = page.locator('apex-timeline canvas[tabindex]');
  await canvas.waitFor();
  console.log(`| what | figure |\n| --- | --- |\n| ${EVENTS} events told and drawn | ${told.toFixed(0)} ms |`);

  const box = (await canvas.boundingBox())!;
  const middle = box.y + box.height / 2;
  await page.mouse.move(700, middle);
  for (const zoom of [0, 5, 12]) {
    for (let step = 0; step < zoom; step++) await page.mouse.wheel(0, -240);
    await report(`panning, zoomed in ${zoom} times`, async () => {
      await page.mouse.down();
      for (let step = 0; step < 120; step++) await page.mouse.move(700 - step * 4, middle);
      await page.mouse.up();
      await page.mouse.move(700, middle);
    });
  }
  await page.keyboard.press('0');
  await report('zooming out and in with the wheel', async () => {
    for (let step = 0; step < 60; step++) await page.mouse.wheel(0, step < 30 ? -120 : 120);
  });
  await canvas.focus();
  await report('choosing the next event with the arrow key', async () => {
    for (let step = 0; step < 60; step++) await page.keyboard.press('ArrowRight');
  });
  await page.locator('apex-timeline input').focus();
  await report('typing a search', () => page.keyboard.type('orders/42', { delay: 50 }));

  await page.evaluate(tellProfile, SPANS);
  await page.locator('apex-timeline canvas.flame').waitFor();
  await page.mouse.move(400, middle);
  await report(`panning with a lane of ${SPANS} calls`, async () => {
    await page.mouse.wheel(0, -240);
    await page.mouse.down();
    for (let step = 0; step < 120; step++) await page.mouse.move(400 - step * 2, middle);
    await page.mouse.up();
  });

  /** Frames that the page drew while something was done. */
  async function report(what: string, action: () => Promise<unknown>): Promise<void> {
    await page.evaluate(() => {
      const times: number[] = [];
      const tick = (now: number) => {
        times.push(now);
        if (!Reflect.get(window, 'measured')) requestAnimationFrame(tick);
      };
      Reflect.set(window, 'measured', false);
      Reflect.set(window, 'times', times);
      requestAnimationFrame(tick);
    });
    await action();
    const times = await page.evaluate(() => {
      Reflect.set(window, 'measured', true);
      return Reflect.get(window, 'times') as number[];
    });
    const lengths = times
      .slice(1)
      .map((time, index) => time - times[index]!)
      .sort((a, b) => a - b);
    const at = (share: number) => lengths[Math.min(lengths.length - 1, Math.floor(lengths.length * share))]!.toFixed(1);
    const rate = (1000 * lengths.length) / (times.at(-1)! - times[0]!);
    console.log(
      `| ${what} | ${rate.toFixed(0)} frames/s; a frame p50 ${at(0.5)}, p95 ${at(0.95)}, longest ${at(1)} ms |`,
    );
  }
} finally {
  await browser.close();
}

/** Runs in the page: tells all events in parts as the extension does; gives the milliseconds until they are drawn. */
async function tellEvents({ all, size }: { all: number; size: number }): Promise<number> {
  const events = Array.from({ length: all }, (_, index): TimelineEvent => {
    const time = index * 0.31 + (index % 7) * 0.04;
    return [index % 7, index * 40 + 1, time, `event ${index} of /orders/${index % 97}`, time + (index % 13)];
  });
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  const began = performance.now();
  for (let from = 0; from < all; from += size) {
    const part: TimelinePart = {
      now: { point: all * 20, time: all * 0.15 },
      end: { point: all * 40, time: all * 0.31 },
      start: 0,
      total: all,
      events: events.slice(from, from + size),
      hits: [],
    };
    window.postMessage({ type: 'part', part }, '*');
    await frame();
  }
  await frame();
  return performance.now() - began;
}

/** Runs in the page: a profile whose calls nest ten deep over the whole recording. */
function tellProfile(all: number): void {
  const range = { from: '1', to: '4000000', statements: 4_000_000 };
  const functions = Array.from({ length: 200 }, (_, index): Profile['functions'][number] => ({
    ...{ name: `function${index}`, file: `/src/file${index % 20}.ts`, line: index + 1, column: 1, calls: index * 7 },
    ...{ first: '1', longest: { statements: 10, point: '1' }, self: index, total: index * 3, selfMs: 1, totalMs: 3 },
  }));
  const spans = Array.from({ length: all }, (_, index): Profile['spans'][number] => {
    const [depth, from, length] = [index % 10, Math.floor(index / 10) * 77.5, 70 - (index % 10) * 6];
    return [depth, index % 200, from * 129, (from + length) * 129, from, from + length];
  });
  window.postMessage({ type: 'show', costs: 'functions' }, '*');
  window.postMessage(
    { type: 'profile', profile: { ...range, ms: 200, outsideMs: 9, samples: 1, functions, spans } },
    '*',
  );
}
