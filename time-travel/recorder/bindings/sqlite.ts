/** `node:sqlite` opens files beneath JavaScript: it is behind the boundary as a native addon is. */
import { recordExports } from '../addons/index.ts';
import { internalBinding } from '../natives.ts';

export function installSqlite(): void {
  recordExports('sqlite', internalBinding('sqlite'));
}
