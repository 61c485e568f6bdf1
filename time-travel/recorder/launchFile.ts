/** Writes down how the program was started, for its replay. */
import type { Launch } from '../recording/layout.ts';
import { bufferFrom } from '../recording/safeBuiltins.ts';
import { sealJson } from '../recording/sealedJson.ts';
import { internalBinding, realNatives, WRITE_NEW } from './natives.ts';

const { crc32 } = internalBinding('zlib') as { crc32(data: string, seed: number): number };

export function writeLaunch(path: string): void {
  const launch: Launch = {
    version: process.version,
    execPath: process.execPath,
    execArgv: process.execArgv,
    argv: process.argv.slice(1),
    environment: startEnvironment,
  };
  const fd = realNatives.open(path, WRITE_NEW, 0o600);
  realNatives.write(fd, bufferFrom(sealJson(launch, (text) => crc32(text, 0))), 0);
  realNatives.close(fd);
}

const startEnvironment: Record<string, string> = {};
for (const [name, value] of Object.entries(process.env)) {
  if (value !== undefined && name !== 'APEX_BOUNDARY') startEnvironment[name] = value;
}
