import { fileURLToPath, pathToFileURL } from 'node:url';
import { enginePath } from '../analysis/disk/sourceFiles.ts';

/**
 * Documents by the engine's paths. A document that is no file (`untitled:`) gets a path of its own, so that every
 * finding leads back to the URI the editor used.
 */
export class DocumentPaths {
  private readonly uris = new Map<string, string>();

  pathOf(uri: string, languageId?: string): string {
    const path = toPath(uri, languageId);
    this.uris.set(path, uri);
    return path;
  }

  uriOf(path: string): string {
    return this.uris.get(path) ?? pathToFileURL(path).href;
  }
}

const extensions: Record<string, string> = {
  javascript: '.js',
  javascriptreact: '.jsx',
  typescript: '.ts',
  typescriptreact: '.tsx',
  html: '.html',
  vue: '.vue',
  svelte: '.svelte',
};

function toPath(uri: string, languageId: string | undefined): string {
  try {
    if (uri.startsWith('file:')) return enginePath(fileURLToPath(uri));
  } catch {
    // A file on another host: it is named by its URI, as documents without a file are.
  }
  const name = uri.replace(/[^A-Za-z0-9._-]+/g, '_');
  return `/documents/${name}${extensions[languageId ?? ''] ?? ''}`;
}
