// Sandboxes that come and go: does what the host and its workers hold stay flat? `npm run bench -- sandboxChurn [COUNT]`, 10,000 by default.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { churn } from '../test/hostile/churn.ts';

const count = Number(process.argv[2] ?? 10_000);
const folder = mkdtempSync(join(tmpdir(), 'apex-churn-'));
process.env.APEX_AUDIT_LOG = join(folder, 'audit');
const file = join(folder, 'program.ts');
writeFileSync(
  file,
  `import { state } from 'apex'; state('s', { n: 1 }); console.log('x'.repeat(100)); export default 1;`,
);
try {
  const started = performance.now();
  const { samples, workers } = await churn(file, count, Math.max(1, Math.floor(count / 10)));
  for (const { after, heapMb, rssMb, workerMb } of samples) {
    console.log(
      `${String(after).padStart(6)} sandboxes: host heap ${heapMb} MiB, resident ${rssMb} MiB; workers ${workerMb} MiB`,
    );
  }
  const each = (performance.now() - started) / count;
  console.log(`${count} sandboxes, ${each.toFixed(1)} ms each, ${workers} workers left`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
