import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

export interface ProjectFolder {
  path: string;
  uri: string;
  write(name: string, text: string): void;
  /** What a transcript shows of a value: the folder is `file:///app`, or `/app`. */
  shown<T>(value: T): T;
}

/** Runs `use` with a folder that has these files, and takes it away. */
export async function withFolder(
  files: Readonly<Record<string, string>>,
  use: (folder: ProjectFolder) => Promise<void>,
): Promise<void> {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'apex-lsp-')));
  const uri = pathToFileURL(path).href;
  const write = (name: string, text: string): void => {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), text);
  };
  const shown = <T>(value: T): T =>
    JSON.parse(
      JSON.stringify(value).replaceAll(uri, 'file:///app').replaceAll(path.replaceAll('\\', '/'), '/app'),
    ) as T;
  try {
    for (const [name, text] of Object.entries(files)) write(name, text);
    await use({ path, uri, write, shown });
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
}
