import type { Model } from '../models/model.ts';
import type { PathAlias, SourceHost } from '../modules/resolve.ts';
import type { Finding } from '../report/finding.ts';
import { createProgram } from './engine.ts';
import type { Program } from './program.ts';

export interface LiveOptions {
  /** What is on disk; texts of open documents go before it. */
  disk: SourceHost;
  models?: readonly Model[];
  aliases?(): readonly PathAlias[];
  isLibrary?(path: string): boolean;
}

/**
 * A program that follows edits: an edited file is analysed anew with what its imports were found to do, and so are the
 * files that import it, when they are asked for.
 */
export class LiveProgram {
  private readonly options: LiveOptions;
  private readonly open = new Map<string, string>();
  private program: Program;

  constructor(options: LiveOptions) {
    this.options = options;
    this.program = this.create();
  }

  /** Sets the text of an open document; undefined closes it, and the file on disk counts again. */
  setText(path: string, text: string | undefined): void {
    if (this.open.get(path) === text) return;
    if (text === undefined) this.open.delete(path);
    else this.open.set(path, text);
    this.program.forget(path);
  }

  /** A file changed on disk. */
  changedOnDisk(path: string): void {
    if (!this.open.has(path)) this.program.forget(path);
  }

  /** Findings whose place, or whose source, is in the file. */
  findings(path: string): Finding[] {
    this.program.analyze(path);
    return this.program.findingsIn(path);
  }

  textOf(path: string): string | undefined {
    return this.open.get(path) ?? this.options.disk.readText(path);
  }

  /** Analyses a file for the sake of others; gives the number of its lines, or undefined when it is not one. */
  analyze(path: string): number | undefined {
    return this.program.analyze(path)?.tree.root.getLineStarts().length;
  }

  allFindings(): Finding[] {
    return this.program.findings();
  }

  /** Forgets everything, for example when models changed. */
  reset(): void {
    this.program = this.create();
  }

  private create(): Program {
    const { disk, models, aliases, isLibrary } = this.options;
    return createProgram({
      host: {
        readText: (path) => this.open.get(path) ?? disk.readText(path),
        isFile: (path) => this.open.has(path) || disk.isFile(path),
      },
      ...(models && { models }),
      ...(aliases && { aliases: aliases() }),
      ...(isLibrary && { isLibrary }),
    });
  }
}
