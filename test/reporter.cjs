// Mocha's spec report, and in the file that APEX_TEST_REPORT names the counts and what failed. A run that does not end by
// itself has left something open: that is told, and fails.
const { writeFileSync } = require('node:fs');
const { reporters } = require('mocha');

const PATIENCE_MS = 30_000;

module.exports = class extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const failed = [];
    runner.on('fail', (test, error) =>
      failed.push({ title: test.fullTitle(), message: String(error?.stack ?? error) }),
    );
    runner.once('end', () => {
      const { passes, failures, pending } = runner.stats;
      if (process.env.APEX_TEST_REPORT) {
        writeFileSync(process.env.APEX_TEST_REPORT, JSON.stringify({ passes, failures, pending, failed }));
      }
      setTimeout(() => {
        const open = process.getActiveResourcesInfo().filter((kind) => !kind.startsWith('TTY'));
        console.error(`apex: the tests ended ${PATIENCE_MS / 1000} s ago and left open: ${open.join(', ')}`);
        process.exit(1);
      }, PATIENCE_MS).unref();
    });
  }
};
