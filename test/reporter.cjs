// Mocha's spec report, and the counts in the file that APEX_TEST_REPORT names.
const { writeFileSync } = require('node:fs');
const { reporters } = require('mocha');

module.exports = class extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.once('end', () => {
      const { passes, failures, pending } = runner.stats;
      if (process.env.APEX_TEST_REPORT) {
        writeFileSync(process.env.APEX_TEST_REPORT, JSON.stringify({ passed: passes, failed: failures, pending }));
      }
    });
  }
};
