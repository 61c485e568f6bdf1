import type { Lane, TimelineEvent } from '../../protocol/timeline.ts';
import { positionText, ticks } from './axisText.ts';
import { type Axis, countColumns, firstFrom, type Range, type Row } from './timelineRows.ts';

export const RULER = 22;
export const ROW = 24;
/** Width of the names of the lanes. */
export const NAMES = 92;

/** Up to so many events of a lane are drawn one by one, with their texts; more as columns of colour. */
const ONE_BY_ONE = 300;

export interface Scene {
  rows: readonly Row[];
  axis: Axis;
  view: Range;
  /** Where time stands. */
  now: number;
  selected: TimelineEvent | undefined;
  focus: Range | undefined;
  width: number;
  height: number;
}

export type Colors = Record<Lane | 'text' | 'dim' | 'line' | 'now' | 'brush' | 'background', string>;

/** The colours of the theme that is on. */
export function themeColors(element: Element): Colors {
  const style = getComputedStyle(element);
  const color = (...names: string[]) =>
    names.map((name) => style.getPropertyValue(`--vscode-${name}`).trim()).find((value) => value !== '') ?? 'gray';
  return {
    requests: color('charts-blue'),
    network: color('charts-purple'),
    files: color('charts-orange'),
    processes: color('charts-yellow'),
    timers: color('descriptionForeground'),
    console: color('charts-green'),
    exceptions: color('charts-red'),
    breakpoints: color('debugIcon-breakpointForeground', 'charts-red'),
    text: color('foreground'),
    dim: color('descriptionForeground'),
    line: color('editorIndentGuide-background1', 'widget-border', 'panel-border'),
    now: color('debugIcon-continueForeground', 'focusBorder'),
    brush: color('editor-selectionBackground'),
    background: color('panel-background', 'editor-background'),
  };
}

/** Draws everything; the cost grows with the width, not with the number of events. */
export function drawTimeline(canvas: CanvasRenderingContext2D, scene: Scene, colors: Colors): void {
  const { rows, view, axis, width, height } = scene;
  const strip = width - NAMES;
  const x = (position: number) => NAMES + ((position - view.from) / (view.to - view.from)) * strip;
  canvas.clearRect(0, 0, width, height);
  canvas.textBaseline = 'middle';
  if (scene.focus) {
    canvas.globalAlpha = 0.4;
    canvas.fillStyle = colors.brush;
    canvas.fillRect(x(scene.focus.from), 0, Math.max(1, x(scene.focus.to) - x(scene.focus.from)), height);
    canvas.globalAlpha = 1;
  }
  drawRuler(canvas, scene, colors, x);
  for (const [index, row] of rows.entries()) drawRow(canvas, scene, row, RULER + index * ROW, colors, x);
  const now = x(scene.now);
  if (now >= NAMES - 1 && now <= width + 1) {
    canvas.fillStyle = colors.now;
    canvas.fillRect(now - 1, 0, 2, height);
    canvas.beginPath();
    canvas.moveTo(now - 6, 0);
    canvas.lineTo(now + 6, 0);
    canvas.lineTo(now, 8);
    canvas.fill();
  }
  // What begins before the view must not run over the names.
  canvas.clearRect(0, 0, NAMES, height);
  canvas.fillStyle = colors.dim;
  canvas.fillText(axis === 'time' ? 'time' : 'steps', 4, RULER / 2);
  canvas.fillStyle = colors.text;
  for (const [index, { lane }] of rows.entries()) canvas.fillText(lane, 4, RULER + index * ROW + ROW / 2);
}

function drawRuler(
  canvas: CanvasRenderingContext2D,
  { view, axis, width, height }: Scene,
  colors: Colors,
  x: (position: number) => number,
): void {
  const length = view.to - view.from;
  const marks = ticks(view, (length / Math.max(1, width - NAMES)) * 90);
  for (const mark of marks) {
    canvas.fillStyle = colors.line;
    canvas.fillRect(Math.round(x(mark)), RULER - 4, 1, height - RULER + 4);
    canvas.fillStyle = colors.dim;
    canvas.fillText(positionText(mark, axis, length), Math.round(x(mark)) + 3, RULER / 2);
  }
}

function drawRow(
  canvas: CanvasRenderingContext2D,
  scene: Scene,
  row: Row,
  top: number,
  colors: Colors,
  x: (position: number) => number,
): void {
  const { view, axis, width, selected } = scene;
  const { positions, events } = row;
  canvas.fillStyle = colors.line;
  canvas.fillRect(NAMES, top + ROW - 1, width - NAMES, 1);
  // One that began before the view may reach into it.
  const first = Math.max(0, firstFrom(positions, view.from) - 50);
  const last = firstFrom(positions, view.to + (view.to - view.from) * 1e-9);
  if (last - first > ONE_BY_ONE) drawColumns(canvas, scene, row, top, colors);
  else {
    for (let index = first; index < last; index++) {
      const event = events[index]!;
      const end = axis === 'time' ? (event[4] ?? positions[index]!) : positions[index]!;
      const left = x(positions[index]!);
      const right = Math.max(left + 3, x(end));
      if (right < NAMES) continue;
      canvas.globalAlpha = 0.85;
      canvas.fillStyle = colors[row.lane];
      canvas.fillRect(left, top + 4, right - left, ROW - 9);
      canvas.globalAlpha = 1;
      const room = (index + 1 < events.length ? x(positions[index + 1]!) : width) - right - 6;
      drawText(canvas, event[3], right + 4, top + ROW / 2, room, colors.dim);
    }
  }
  if (selected && events.includes(selected)) {
    const left = x(axis === 'time' ? selected[2] : selected[1]);
    const right = Math.max(left + 3, axis === 'time' && selected[4] !== undefined ? x(selected[4]) : left);
    canvas.strokeStyle = colors.text;
    canvas.lineWidth = 2;
    canvas.strokeRect(left - 2, top + 2, right - left + 4, ROW - 5);
  }
}

function drawColumns(
  canvas: CanvasRenderingContext2D,
  { view, width }: Scene,
  { lane, positions }: Row,
  top: number,
  colors: Colors,
): void {
  const columns = Math.max(1, Math.floor(width - NAMES));
  const counts = countColumns(positions, view, columns);
  let most = 1;
  for (const count of counts) if (count > most) most = count;
  canvas.fillStyle = colors[lane];
  const scale = 1 / Math.log2(most + 1);
  for (let column = 0; column < columns; column++) {
    const count = counts[column]!;
    if (count === 0) continue;
    const share = Math.log2(count + 1) * scale;
    const height = Math.max(3, (ROW - 9) * share);
    canvas.fillRect(NAMES + column, top + ROW - 5 - height, 1, height);
  }
}

function drawText(
  canvas: CanvasRenderingContext2D,
  text: string,
  left: number,
  middle: number,
  room: number,
  color: string,
): void {
  if (room < 24) return;
  // About 6.5 px a letter: measuring each text would cost more than drawing it.
  const letters = Math.floor(room / 6.5);
  canvas.fillStyle = color;
  canvas.fillText(text.length > letters ? `${text.slice(0, Math.max(1, letters - 1))}…` : text, left, middle);
}

/** A canvas of so many CSS pixels, sharp on any screen. */
export function sized(canvas: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D {
  const scale = window.devicePixelRatio || 1;
  if (canvas.width !== Math.round(width * scale) || canvas.height !== Math.round(height * scale)) {
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    canvas.style.height = `${height}px`;
  }
  const context = canvas.getContext('2d')!;
  context.setTransform(scale, 0, 0, scale, 0, 0);
  return context;
}
