import { existsSync } from 'node:fs';
import { basename, isAbsolute } from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { ApexError } from '../protocol/errors.ts';
import type { Frame } from '../time-travel/replay/agent/jobs.ts';

/** Which of the program's frames (0: the innermost). */
export interface FramePlace {
  index: number;
  /** At which other moment than now: it is an asynchronous caller. */
  point?: number;
}

/** Frames and texts that the editor can ask about, by number. Numbers grow over the whole session. */
export class StackFrames {
  #frames = new Map<number, { frame: Frame; place: FramePlace }>();
  #next = 1;
  readonly #texts = new Map<string, number>();

  /** Files that stepping passes through. */
  skips: (path: string) => boolean = () => false;

  clear(): void {
    this.#frames.clear();
  }

  /** @throws ApexError `stale-reference` */
  find(id: number): { frame: Frame; place: FramePlace } {
    const known = this.#frames.get(id);
    if (!known) throw new ApexError('stale-reference', 'This stack frame belongs to another moment.');
    return known;
  }

  /** Which frame a request means: the innermost without a number, also for one of Node's own. */
  placeOf(id: number | undefined): FramePlace {
    const place = id === undefined ? undefined : this.#frames.get(id)?.place;
    return { ...place, index: Math.max(0, place?.index ?? 0) };
  }

  /** A line between the frames of different moments. */
  label(text: string): DebugProtocol.StackFrame {
    return { id: this.#next++, name: text, line: 0, column: 0, presentationHint: 'label' };
  }

  describe(frame: Frame, place: FramePlace): DebugProtocol.StackFrame {
    const id = this.#next++;
    this.#frames.set(id, { frame, place });
    const { path, line, column } = frame.original ?? frame;
    return {
      id,
      name: frame.original?.name || frame.name || '(anonymous)',
      source: this.source(path, frame.program),
      line: line + 1,
      column: column + 1,
      ...((!frame.program || this.skips(path)) && { presentationHint: 'subtle' as const }),
    };
  }

  /** A file by its path; text that is no file by a number under which `source` gives it. */
  source(path: string, program: boolean): DebugProtocol.Source {
    if (isAbsolute(path) && existsSync(path)) {
      const skipped = this.skips(path) && { presentationHint: 'deemphasize' as const, origin: 'skipped' };
      return { name: basename(path), path, ...skipped };
    }
    let reference = this.#texts.get(path);
    if (reference === undefined) {
      reference = this.#texts.size + 1;
      this.#texts.set(path, reference);
    }
    return {
      name: path || 'unknown',
      sourceReference: reference,
      ...(!program && { presentationHint: 'deemphasize' as const, origin: 'Node.js' }),
    };
  }

  /** The path that a client means by a source. */
  pathOf({ path, sourceReference }: { path?: string; sourceReference?: number }): string | undefined {
    return (sourceReference ? this.textOf(sourceReference) : undefined) ?? path;
  }

  textOf(reference: number): string | undefined {
    return [...this.#texts].find(([, number]) => number === reference)?.[0];
  }
}
