import { existsSync } from 'node:fs';
import { basename, isAbsolute } from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { Frame } from '../time-travel/replay/agent/jobs.ts';

/** Frames and texts that the editor can ask about, by number. Numbers grow over the whole session. */
export class StackFrames {
  #frames = new Map<number, { frame: Frame; index: number }>();
  #next = 1;
  readonly #texts = new Map<string, number>();

  /** Files that stepping passes through. */
  skips: (path: string) => boolean = () => false;

  clear(): void {
    this.#frames.clear();
  }

  find(id: number): Frame | undefined {
    return this.#frames.get(id)?.frame;
  }

  /** The number of a frame among those of the program (0: the innermost); that of the innermost for Node's own. */
  programIndex(id: number): number {
    return Math.max(0, this.#frames.get(id)?.index ?? 0);
  }

  describe(frame: Frame, index: number): DebugProtocol.StackFrame {
    const id = this.#next++;
    this.#frames.set(id, { frame, index });
    const { path, line, column } = frame.original ?? frame;
    return {
      id,
      name: frame.name || '(anonymous)',
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
