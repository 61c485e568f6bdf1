import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Mocha from 'mocha';

/** VS Code loads this module in its extension host and awaits run(); the results travel through a file. */
export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: 'bdd', timeout: 120_000, color: false });
  mocha.addFile(join(__dirname, 'inside.test.cjs'));
  const results: { title: string; passed: boolean; error?: string }[] = [];
  await new Promise<void>((done) => {
    const runner = mocha.run(() => done());
    runner.on('pass', (test) => results.push({ title: test.fullTitle(), passed: true }));
    runner.on('fail', (test, error) =>
      results.push({ title: test.fullTitle(), passed: false, error: String(error?.stack ?? error) }),
    );
  });
  writeFileSync(process.env.APEX_INSIDE_RESULTS!, JSON.stringify(results));
}
