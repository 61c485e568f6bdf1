import type { Profile } from '../../protocol/costs.ts';
import { type Colors, NAMES } from './drawTimeline.ts';
import type { Axis, Range } from './timelineRows.ts';

/** Height of one depth of calls. */
const CALL = 16;
/** Deeper calls are not drawn: the tree of calls has them. */
const DEEPEST = 12;

export type Span = Profile['spans'][number];

export function flameHeight({ spans }: Profile): number {
  return (spans.reduce((most, [depth]) => Math.max(most, Math.min(depth + 1, DEEPEST)), 1) + 0.5) * CALL;
}

const ends = ([, , first, last, fromTime, toTime]: Span, axis: Axis): [number, number] =>
  axis === 'time' ? [fromTime, toTime] : [first, last + 1];

/** Calls as bars below their callers, as long as they ran; one function has one colour. */
export function drawFlame(
  canvas: CanvasRenderingContext2D,
  profile: Profile,
  { view, width, now, axis, colors }: { view: Range; width: number; now: number; axis: Axis; colors: Colors },
): void {
  const height = flameHeight(profile);
  const scale = (width - NAMES) / (view.to - view.from);
  const palette = [colors.requests, colors.network, colors.files, colors.console, colors.processes, colors.exceptions];
  canvas.clearRect(0, 0, width, height);
  canvas.textBaseline = 'middle';
  /** Up to where each depth is drawn: what is shorter than a pixel is drawn once. */
  const drawn = new Float64Array(DEEPEST);
  for (const span of inOrder(profile)) {
    const [depth, number] = span;
    if (depth >= DEEPEST) continue;
    const [begin, end] = ends(span, axis);
    if (end < view.from || begin > view.to) continue;
    const left = Math.max(NAMES, NAMES + (begin - view.from) * scale);
    const right = Math.max(left + 1, Math.min(width, NAMES + (end - view.from) * scale));
    if (right <= drawn[depth]!) continue;
    drawn[depth] = right;
    const top = depth * CALL;
    canvas.globalAlpha = 0.4;
    canvas.fillStyle = palette[number % palette.length]!;
    canvas.fillRect(left, top, Math.max(1, right - left - 0.5), CALL - 1);
    canvas.globalAlpha = 1;
    const letters = Math.floor((right - left - 6) / 6.5);
    if (letters < 3) continue;
    const { name } = profile.functions[number]!;
    canvas.fillStyle = colors.text;
    canvas.fillText(name.length > letters ? `${name.slice(0, letters - 1)}…` : name, left + 3, top + CALL / 2);
  }
  canvas.clearRect(0, 0, NAMES, height);
  canvas.fillStyle = colors.text;
  canvas.fillText('profile', 4, CALL / 2);
  const x = NAMES + (now - view.from) * scale;
  canvas.fillStyle = colors.now;
  if (x >= NAMES) canvas.fillRect(x - 1, 0, 2, height);
}

const ordered = new WeakMap<Profile, Span[]>();

function inOrder(profile: Profile): Span[] {
  const known = ordered.get(profile) ?? profile.spans.toSorted((a, b) => a[2] - b[2] || a[0] - b[0]);
  ordered.set(profile, known);
  return known;
}

/** The call that is drawn at a place of the canvas. */
export function spanAt(profile: Profile, axis: Axis, position: number, y: number, reach: number): Span | undefined {
  const depth = Math.floor(y / CALL);
  let best: Span | undefined;
  let distance = reach;
  for (const span of profile.spans) {
    if (span[0] !== depth) continue;
    const [begin, end] = ends(span, axis);
    const away = position < begin ? begin - position : position > end ? position - end : 0;
    if (away > distance || (away === distance && best)) continue;
    best = span;
    distance = away;
  }
  return best;
}
