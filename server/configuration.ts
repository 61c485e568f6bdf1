import type { Connection } from 'vscode-languageserver/node';
import type { AnalysisSettings } from '../protocol/analysis.ts';
import { readSettings } from './settings.ts';

const section = 'apex.analysis';

export interface Configuration {
  /** For documents outside every folder. */
  own: AnalysisSettings;
  folders: ReadonlyMap<string, AnalysisSettings>;
}

/** Asks the client for the settings, and for those of each folder; undefined when it has none. */
export async function askConfiguration(
  connection: Connection,
  folders: readonly string[],
  uriOf: (path: string) => string,
): Promise<Configuration | undefined> {
  const scopes = folders.map((folder) => ({ scopeUri: uriOf(folder), section }));
  const answers: unknown[] = await connection.workspace.getConfiguration([{ section }, ...scopes]);
  // A client that knows no scopes may answer with one value.
  const [own, ...ofFolders] = answers;
  const given = folders.flatMap((folder, index) => {
    const settings = ofFolders[index];
    return settings === undefined || settings === null ? [] : ([[folder, readSettings(settings)]] as const);
  });
  if ((own === undefined || own === null) && given.length === 0) return undefined;
  return { own: readSettings(own), folders: new Map(given) };
}
