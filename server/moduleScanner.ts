// The analysis engine as a program for the sandbox host: one request per line on stdin, one answer per line on stdout. Reads
// what a module imports from disk, never runs any of it. Ends when stdin does.
import { createInterface } from 'node:readline';
import { libraryTest } from '../analysis/disk/packages.ts';
import { diskHost } from '../analysis/disk/scanDisk.ts';
import { enginePath } from '../analysis/disk/sourceFiles.ts';
import { applyDirectives } from '../analysis/suppress/suppress.ts';
import { createProgram } from '../analysis/workspace/engine.ts';
import { type ScanAnswer, type ScanRequest, scanRequestSchema } from '../protocol/moduleScan.ts';

function scan({ id, path, text }: ScanRequest): ScanAnswer {
  const file = enginePath(path);
  const host = diskHost([]);
  // What is analysed is what will be loaded, whatever the file says by then.
  host.texts.set(file, text);
  const program = createProgram({ host, isLibrary: libraryTest() });
  if (!program.analyze(file)) return { id, error: 'it cannot be read as JavaScript or TypeScript' };
  const found = program.findings().filter((finding) => finding.path === file);
  const { findings } = applyDirectives(file, text, found, new Date().toISOString().slice(0, 10));
  return {
    id,
    findings: findings.map(({ rule, severity, message, start }) => ({
      rule,
      severity,
      message,
      line: start.line + 1,
    })),
  };
}

for await (const line of createInterface({ input: process.stdin })) {
  const request = scanRequestSchema.parse(JSON.parse(line));
  let answer: ScanAnswer;
  try {
    answer = scan(request);
  } catch (error) {
    answer = { id: request.id, error: error instanceof Error ? error.message : String(error) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
