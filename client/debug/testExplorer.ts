import { readFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import { DEBUG_TYPE, PROGRAM_ENDED } from '../../protocol/debug.ts';
import { type TestToRecord, testConfiguration, testsOf } from './testsToRecord.ts';

/** The patterns of Node's own runner, of mocha and vitest; what such a file holds says whether it has tests. */
const KINDS = '{js,mjs,cjs,ts,mts,cts,jsx,tsx}';
/** Braces within braces are none to VS Code. */
const FILES = [
  `**/*{.test,.spec,-test,_test}.${KINDS}`,
  `**/{test-*,test}.${KINDS}`,
  `**/{test,tests,__tests__}/**/*.${KINDS}`,
];
const MOST_FILES = 2000;

/** Tests in the Test Explorer, with the profile "Record": each is recorded alone, up to the first that fails. */
export function registerTestExplorer(context: vscode.ExtensionContext): void {
  const controller = vscode.tests.createTestController('apex.tests', 'Apex Time Travel');
  const tests = new WeakMap<vscode.TestItem, TestToRecord>();

  const readText = (uri: vscode.Uri, text: string) => {
    const found = testsOf(uri.fsPath, text);
    const known = controller.items.get(uri.toString());
    if (!found.length) {
      controller.items.delete(uri.toString());
      return;
    }
    const file = known ?? controller.createTestItem(uri.toString(), vscode.workspace.asRelativePath(uri), uri);
    const children = found.map((test, index) => {
      const item = controller.createTestItem(`${index} ${test.name}`, test.name, uri);
      item.range = new vscode.Range(test.line, 0, test.line, 0);
      tests.set(item, test);
      return item;
    });
    file.children.replace(children);
    if (!known) controller.items.add(file);
  };
  const readDocument = (document: vscode.TextDocument) => {
    if (
      document.uri.scheme === 'file' &&
      vscode.languages.match(
        FILES.map((pattern) => ({ pattern })),
        document,
      )
    ) {
      readText(document.uri, document.getText());
    }
  };

  // The explorer asks when it is opened; before that no file is read.
  controller.resolveHandler = async (item) => {
    if (item) return;
    for (const pattern of FILES) {
      for (const uri of await vscode.workspace.findFiles(pattern, '**/node_modules/**', MOST_FILES)) {
        readText(uri, await readFile(uri.fsPath, 'utf8').catch(() => ''));
      }
    }
  };
  controller.refreshHandler = () => controller.resolveHandler!(undefined);
  controller.createRunProfile(
    'Record',
    vscode.TestRunProfileKind.Debug,
    (request, token) => record(controller, tests, request, token),
    true,
  );
  vscode.workspace.textDocuments.forEach(readDocument);
  context.subscriptions.push(
    controller,
    vscode.workspace.onDidOpenTextDocument(readDocument),
    vscode.workspace.onDidSaveTextDocument(readDocument),
  );
}

/** Sessions of tests that pass are ended; that of the first one that fails stays, in its past. */
async function record(
  controller: vscode.TestController,
  tests: WeakMap<vscode.TestItem, TestToRecord>,
  request: vscode.TestRunRequest,
  token: vscode.CancellationToken,
): Promise<void> {
  const run = controller.createTestRun(request);
  const print = (text: string) => run.appendOutput(text.replace(/\r?\n/g, '\r\n'));
  const items = (request.include ?? itemsOf(controller.items)).flatMap((item) =>
    tests.has(item) ? [item] : itemsOf(item.children),
  );
  const wanted = items.filter((item) => !request.exclude?.includes(item));
  for (const item of wanted) run.enqueued(item);
  try {
    for (const item of wanted) {
      if (token.isCancellationRequested) break;
      run.started(item);
      const began = Date.now();
      const { session, problem, code } = await recordOne(tests.get(item)!, token, print);
      if (problem !== undefined) run.errored(item, new vscode.TestMessage(problem));
      else if (code === 0) run.passed(item, Date.now() - began);
      else run.failed(item, new vscode.TestMessage(FAILED), Date.now() - began);
      if (code !== 0) break;
      if (session && wanted.length > 1) await vscode.debug.stopDebugging(session);
    }
  } finally {
    run.end();
  }
}

const FAILED = 'It failed. The debugger stands in its past, at what failed.';

interface Message {
  type: string;
  event?: string;
  body?: { exitCode?: number; category?: string; output?: string };
}

interface Outcome {
  session?: vscode.DebugSession;
  code?: number;
  problem?: string;
}

/** Resolves when its program has ended; the session then stands in the past. */
async function recordOne(
  test: TestToRecord,
  token: vscode.CancellationToken,
  print: (text: string) => void,
): Promise<Outcome> {
  const configuration = testConfiguration(test);
  if ('problem' in configuration) return { problem: configuration.problem };
  const ended = Promise.withResolvers<Outcome>();
  // Two recordings of one test are two sessions.
  const mark = crypto.randomUUID();
  let own: vscode.DebugSession | undefined;
  const listeners = [
    vscode.debug.registerDebugAdapterTrackerFactory(DEBUG_TYPE, {
      createDebugAdapterTracker: (session) => {
        if (session.configuration.testRun !== mark) return undefined;
        own = session;
        return {
          onDidSendMessage({ type, event, body }: Message) {
            if (type !== 'event') return;
            if (event === 'output' && /^std/.test(body?.category ?? '')) print(body?.output ?? '');
            if (event === PROGRAM_ENDED) ended.resolve({ session, code: body?.exitCode ?? -1 });
          },
        };
      },
    }),
    vscode.debug.onDidTerminateDebugSession((session) => {
      if (session.configuration.testRun === mark) ended.resolve({ problem: 'The session ended before the test did.' });
    }),
    token.onCancellationRequested(() => {
      if (own) void vscode.debug.stopDebugging(own);
    }),
  ];
  try {
    const folder = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(test.file));
    const started = await vscode.debug.startDebugging(folder, { ...configuration, testRun: mark });
    return started ? await ended.promise : { problem: 'The session could not be started.' };
  } finally {
    for (const listener of listeners) listener.dispose();
  }
}

function itemsOf(items: vscode.TestItemCollection): vscode.TestItem[] {
  return [...items].map(([, item]) => item);
}
