// `npm test`: installs what is missing, then types, lint, unit, protocol and real-editor tests. `npm test -- unit lint` runs only those.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, fail, installDependencies, pinnedNode, ROOT } from './setup.mjs';

const bin = (name) => join(ROOT, 'node_modules', name);
/** A group that takes longer hangs: it is ended and has failed. */
const LONGEST_GROUP_MS = 40 * 60_000;
/** Characters of a failure that are shown once more at the end, where whoever sees only the last lines of a long log finds them. */
const LONGEST_MESSAGE = 2000;
const suites = [
  'analysis',
  'cli',
  'client',
  'debug-adapter',
  'protocol',
  'runtime',
  'sandbox-host',
  'server',
  'time-travel',
  'webview-ui',
];

/** Each check runs on the pinned Node and gives the number of passed and failed tests (a tool without tests counts as one). */
const checks = {
  types: () => tool('typescript/bin/tsc', '--project', '.'),
  lint: () => {
    const format = tool('@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.');
    const arrows = tool(
      'dependency-cruiser/bin/dependency-cruise.mjs',
      '--config',
      '.dependency-cruiser.cjs',
      '--no-progress',
      '.',
    );
    const pages = tool('../scripts/ruleDocs.mjs', '--check');
    const all = [format, arrows, pages];
    return { passed: sum(all, 'passed'), failed: sum(all, 'failed') };
  },
  unit: () =>
    mocha(
      suites.map((room) => `${room}/**/*.test.ts`),
      ['c8/bin/c8.js', '--config', '.c8rc.json'],
    ),
  protocol: () => mocha(['test/protocol/**/*.test.ts']),
  hostile: () => mocha(['test/hostile/**/*.test.ts']),
  editor: () =>
    mocha(['test/editor/**/*.test.ts', 'test/editors/**/*.test.ts'], [], ['--exclude', 'test/editor/inside/**']),
  conformance: () => {
    installOtherNodes();
    return mocha(['test/conformance/**/*.test.ts']);
  },
};

const sum = (results, key) => results.reduce((total, result) => total + result[key], 0);

/** Programs can be recorded on three majors, and the command line runs on Node 20 too; npm has them for Linux on x64. Without them the suite runs on Node 24. */
function installOtherNodes() {
  const folder = join(ROOT, 'test/conformance/nodes');
  if (process.platform !== 'linux' || process.arch !== 'x64' || existsSync(join(folder, 'node_modules/node-20')))
    return;
  console.log('installing Node 20, 22 and 26 from npm for the conformance suite (once)');
  const { status } = spawnSync('npm', ['ci', '--loglevel=error', '--no-audit', '--no-fund'], {
    cwd: folder,
    stdio: 'inherit',
  });
  if (status !== 0) console.log('they are not to be had: the suite runs on Node 24 alone');
}

function tool(script, ...args) {
  const { status } = spawnSync(node, [bin(script), ...args], { cwd: ROOT, stdio: 'inherit' });
  return { passed: status === 0 ? 1 : 0, failed: status === 0 ? 0 : 1 };
}

/** Runs mocha and reads the counts from its own report: a run that wrote none has failed. */
function mocha(specs, wrapper = [], options = []) {
  const folder = mkdtempSync(join(tmpdir(), 'apex-test-'));
  const report = join(folder, 'report.json');
  const words = [
    ...wrapper.map((word) => (word.startsWith('c8/') ? bin(word) : word)),
    ...(wrapper.length ? [node] : []),
  ];
  const args = [
    ...words,
    bin('mocha/bin/mocha.js'),
    '--reporter',
    join(ROOT, 'test/reporter.cjs'),
    ...options,
    ...specs,
  ];
  try {
    const { status, error } = spawnSync(node, args, {
      cwd: ROOT,
      stdio: 'inherit',
      env: { ...process.env, APEX_TEST_REPORT: report },
      timeout: LONGEST_GROUP_MS,
      killSignal: 'SIGKILL',
    });
    if (error) console.error(`apex: the tests were ended: ${error.message}`);
    const { passes, failures, failed } = JSON.parse(readFileSync(report, 'utf8'));
    whatFailed.push(...failed);
    if (status !== 0 && !failures) whatFailed.push({ title: specs.join(' '), message: `mocha ended with ${status}` });
    return { passed: passes, failed: failures || (status === 0 ? 0 : 1) };
  } catch (error) {
    console.error(`apex: the tests wrote no report (${error.message})`);
    whatFailed.push({ title: specs.join(' '), message: `It wrote no report: ${error.message}` });
    return { passed: 0, failed: 1 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const chosen = process.argv.slice(2);
const unknown = chosen.find((name) => !Object.hasOwn(checks, name));
if (unknown) fail(`There is no test group "${unknown}".`, `Choose from: ${Object.keys(checks).join(', ')}.`);

installDependencies();
build();
const node = pinnedNode();
const whatFailed = [];
const total = { passed: 0, failed: 0 };
for (const name of chosen.length ? chosen : Object.keys(checks)) {
  const started = Date.now();
  console.log(`\n=== ${name}`);
  const { passed, failed } = await checks[name]();
  total.passed += passed;
  total.failed += failed;
  console.log(`=== ${name}: ${passed} passed, ${failed} failed, ${((Date.now() - started) / 1000).toFixed(1)} s`);
}
for (const { title, message } of whatFailed) console.log(`\nFAILED ${title}\n${message.slice(0, LONGEST_MESSAGE)}`);
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed ? 1 : 0);
