/** `node:sqlite` opens files beneath JavaScript: it is behind the boundary as a native addon is. */
import { recordExports } from '../addons/index.ts';
import { internalBinding } from '../start/natives.ts';

export function installSqlite(): void {
  recordExports('sqlite', internalBinding('sqlite'));
}
