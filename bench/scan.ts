// How well the security analysis finds and keeps quiet, by a scorer that this project did not write, and how fast it is.
// APEX_SAST_BENCH names the scorer's folder, APEX_SAST_DATA the suites it has built (its README says how).
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const bench = process.env.APEX_SAST_BENCH;
const data = process.env.APEX_SAST_DATA;
if (!bench || !data || !existsSync(join(bench, 'bin/score.mjs')) || !existsSync(join(data, 'corpus'))) {
  console.error(
    'Set APEX_SAST_BENCH to the folder of the scorer (it holds bin/score.mjs) and APEX_SAST_DATA to the suites it built\n' +
      '(it holds corpus/ and truth/): node bin/materialise.mjs --out FOLDER. "npm run bench -- scanSpeed" needs neither.',
  );
  process.exit(2);
}

const asked = process.argv.slice(2);
const suites = asked.length > 0 ? asked : readdirSync(join(data, 'corpus')).sort();
const folder = mkdtempSync(join(tmpdir(), 'apex-bench-'));
const apex = join(import.meta.dirname, '../bin/apex');
try {
  for (const suite of suites) {
    const sarif = join(folder, `${suite}.sarif`);
    const started = performance.now();
    spawnSync(process.execPath, [apex, 'scan', join(data, 'corpus', suite), '--format', 'sarif', '--output', sarif], {
      stdio: 'inherit',
    });
    console.log(`\n${suite}: scanned in ${((performance.now() - started) / 1000).toFixed(1)} s`);
    spawnSync(
      process.execPath,
      [join(bench, 'bin/score.mjs'), '--data', data, '--suite', suite, '--sarif', sarif, '--families'],
      { stdio: 'inherit' },
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
