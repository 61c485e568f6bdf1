import { realpathSync } from 'node:fs';
import { auditHome } from '../audit/openAuditChain.ts';
import { stateHome } from './tieredStore.ts';

/** Where Apex keeps what it knows of sandboxes, as far as it is there: real paths. */
export function keptFolders(): string[] {
  return [auditHome(), stateHome()].flatMap((folder) => {
    try {
      return [realpathSync(folder)];
    } catch {
      return [];
    }
  });
}
