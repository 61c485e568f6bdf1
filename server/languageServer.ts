import {
  type CancellationToken,
  type CodeLens,
  CompletionRequest,
  type Connection,
  type Diagnostic,
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
  DocumentDiagnosticReportKind,
  FileChangeType,
  type InitializeParams,
  type InitializeResult,
  MessageType,
  ShowMessageNotification,
  TextDocumentSyncKind,
  TextDocuments,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { Finding } from '../analysis/report/finding.ts';
import { securityScore } from '../analysis/report/score.ts';
import { scanWorkspaceMethod } from '../protocol/analysis.ts';
import { repairs, showPaths, suppressions } from './codeActions.ts';
import { askConfiguration } from './configuration.ts';
import { ruleHover } from './hover.ts';
import { ImporterDiagnostics } from './importerDiagnostics.ts';
import { isModelsFile, MODELS_FILE, modelCompletions, modelDiagnostics } from './modelsFile.ts';
import { DocumentPaths } from './paths.ts';
import { readSettings } from './settings.ts';
import { toDiagnostic } from './toDiagnostic.ts';
import { Workspace } from './workspace.ts';
import { WorkspaceDiagnostics } from './workspaceDiagnostics.ts';
import { scanWorkspace } from './workspaceScan.ts';

/** Pushed diagnostics wait this long (ms) for the next key. */
const PUSH_DELAY = 120;

export interface ServerOptions {
  version: string;
  /** Address of a rule's page. */
  rulePage(rule: string): string;
}

/** Serves one editor over a connection: diagnostics (pushed, or pulled where the editor can), repairs, hover, lenses. */
export function serve(connection: Connection, options: ServerOptions): void {
  const documents = new TextDocuments(TextDocument);
  const workspace = new Workspace();
  const paths = new DocumentPaths();
  const waiting = new Map<string, NodeJS.Timeout>();
  workspace.policies.onProblem = (message) =>
    connection.sendNotification(ShowMessageNotification.type, {
      type: MessageType.Warning,
      message: `Apex: ${message}`,
    });
  let client: InitializeParams['capabilities'] = {};
  let pulls = false;
  let hasPathView = false;

  connection.onInitialize((params): InitializeResult => {
    client = params.capabilities;
    importers.showsProgress = client.window?.workDoneProgress === true;
    pulls = client.textDocument?.diagnostic !== undefined;
    const folders = params.workspaceFolders ?? (params.rootUri ? [{ uri: params.rootUri }] : []);
    workspace.setFolders(folders.map((folder) => paths.pathOf(folder.uri)));
    workspace.configure(readSettings(params.initializationOptions));
    const pullsAll = (params.initializationOptions as { workspaceDiagnostics?: unknown } | undefined)
      ?.workspaceDiagnostics;
    hasPathView = (params.initializationOptions as { pathView?: unknown } | undefined)?.pathView === true;
    return {
      serverInfo: { name: 'Apex', version: options.version },
      capabilities: {
        textDocumentSync: TextDocumentSyncKind.Incremental,
        diagnosticProvider: {
          identifier: 'apex',
          interFileDependencies: true,
          workspaceDiagnostics: pullsAll !== false,
        },
        codeActionProvider: { codeActionKinds: ['quickfix'] },
        hoverProvider: true,
        codeLensProvider: {},
        ...(!client.textDocument?.completion?.dynamicRegistration && { completionProvider: {} }),
        workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
      },
    };
  });

  connection.onInitialized(async () => {
    if (client.workspace?.didChangeConfiguration?.dynamicRegistration) {
      await connection.client.register(DidChangeConfigurationNotification.type, { section: 'apex.analysis' });
    }
    if (client.workspace?.didChangeWatchedFiles?.dynamicRegistration) {
      const watchers = [
        {
          globPattern: '**/*.{js,jsx,mjs,cjs,ts,tsx,mts,cts,html,htm,vue,svelte,ejs,hbs,handlebars,mustache,pug,jade}',
        },
        { globPattern: '**/{package,tsconfig}.json' },
        { globPattern: `**/${MODELS_FILE}` },
        { globPattern: '**/*.policy.json' },
      ];
      await connection.client.register(DidChangeWatchedFilesNotification.type, { watchers });
    }
    if (client.textDocument?.completion?.dynamicRegistration) {
      const documentSelector = [{ pattern: `**/${MODELS_FILE}` }];
      await connection.client.register(CompletionRequest.type, {
        documentSelector,
        triggerCharacters: [' ', '[', ','],
      });
    }
    if (client.workspace?.workspaceFolders) {
      connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
        const gone = new Set(removed.map((folder) => paths.pathOf(folder.uri)));
        const kept = workspace.folders.filter((folder) => !gone.has(folder));
        workspace.setFolders([...kept, ...added.map((folder) => paths.pathOf(folder.uri))]);
        refresh();
        loadSettings(undefined).catch(complain);
      });
    }
    await loadSettings(undefined);
  });

  const loadSettings = async (pushed: unknown): Promise<void> => {
    if (client.workspace?.configuration) {
      const asked = await askConfiguration(connection, workspace.folders, (path) => paths.uriOf(path));
      if (!asked) return;
      workspace.configure(asked.own, asked.folders);
    } else {
      const given = (pushed as { apex?: { analysis?: unknown } } | undefined)?.apex?.analysis;
      if (given === undefined || given === null) return;
      workspace.configure(readSettings(given));
    }
    refresh();
  };
  connection.onDidChangeConfiguration(({ settings }) => loadSettings(settings));

  const pathOf = (document: TextDocument): string => paths.pathOf(document.uri, document.languageId);

  const complain = (error: unknown): void => connection.console.error(String((error as Error).stack ?? error));

  /** What each open document was last told, to see whether it changed without an edit of it. */
  const told = new Map<string, string>();

  const toDiagnostics = (document: TextDocument, findings: readonly Finding[]): Diagnostic[] => {
    const diagnostics = findings.map((finding) => toDiagnostic(finding, (path) => paths.uriOf(path), options.rulePage));
    told.set(document.uri, JSON.stringify(diagnostics));
    return diagnostics;
  };

  const diagnose = async (document: TextDocument): Promise<Diagnostic[]> =>
    isModelsFile(pathOf(document))
      ? modelDiagnostics(document)
      : toDiagnostics(document, await workspace.findings(pathOf(document)));

  const push = async (document: TextDocument): Promise<void> => {
    waiting.delete(document.uri);
    const diagnostics = await diagnose(document);
    if (documents.get(document.uri) !== document) return;
    void connection.sendDiagnostics({ uri: document.uri, version: document.version, diagnostics });
  };

  /** Files that import open documents were analysed: a path may start there. */
  const tellChanges = (): void => {
    let changed = false;
    for (const document of documents.all()) {
      if (isModelsFile(pathOf(document))) continue;
      const before = told.get(document.uri);
      const diagnostics = toDiagnostics(document, workspace.knownFindings(pathOf(document)));
      if (before === told.get(document.uri)) continue;
      changed = true;
      if (!pulls) void connection.sendDiagnostics({ uri: document.uri, version: document.version, diagnostics });
    }
    if (changed && pulls) refresh();
  };
  const importers = new ImporterDiagnostics(connection, workspace, workspace.queue, tellChanges, complain);

  const pushLater = (document: TextDocument): void => {
    clearTimeout(waiting.get(document.uri));
    waiting.set(
      document.uri,
      setTimeout(() => push(document).catch(complain), PUSH_DELAY),
    );
  };

  const wholeWorkspace = new WorkspaceDiagnostics({
    workspace,
    uriOf: (path) => paths.uriOf(path),
    diagnosticsOf: (path) => ({
      items: workspace
        .knownFindings(path)
        .map((finding) => toDiagnostic(finding, (each) => paths.uriOf(each), options.rulePage)),
      version: documents.get(paths.uriOf(path))?.version ?? null,
    }),
  });
  connection.languages.diagnostics.onWorkspace((params, token) => wholeWorkspace.report(params, token));

  /** What is shown may have changed in every open document. */
  const refresh = (): void => {
    wholeWorkspace.changed();
    if (!pulls) documents.all().forEach(pushLater);
    else if (client.workspace?.diagnostics?.refreshSupport) connection.languages.diagnostics.refresh();
    if (client.workspace?.codeLens?.refreshSupport)
      void connection.languages.connection.sendRequest('workspace/codeLens/refresh');
  };

  documents.onDidChangeContent(({ document }) => {
    if (isModelsFile(pathOf(document))) {
      const changed = workspace.setModels(pathOf(document), document.getText());
      if (changed && pulls) refresh();
    } else workspace.program.setText(pathOf(document), document.getText());
    wholeWorkspace.changed();
    importers.schedule();
    // Other open documents may import this one.
    if (!pulls) documents.all().forEach(pushLater);
  });

  documents.onDidClose(({ document }) => {
    clearTimeout(waiting.get(document.uri));
    waiting.delete(document.uri);
    told.delete(document.uri);
    if (isModelsFile(pathOf(document))) workspace.setModels(pathOf(document), undefined);
    else workspace.program.setText(pathOf(document), undefined);
    wholeWorkspace.changed();
    importers.schedule();
    if (!pulls) void connection.sendDiagnostics({ uri: document.uri, diagnostics: [] });
  });

  connection.onDidChangeWatchedFiles(({ changes }) => {
    for (const { uri, type } of changes) {
      workspace.changedOnDisk(paths.pathOf(uri), type === FileChangeType.Changed);
      importers.schedule(paths.pathOf(uri));
    }
    refresh();
  });

  connection.languages.diagnostics.on(async ({ textDocument }) => {
    const document = documents.get(textDocument.uri);
    const items = document ? await diagnose(document) : [];
    return { kind: DocumentDiagnosticReportKind.Full, items };
  });

  const findingsAt = async (document: TextDocument, from: number, to: number): Promise<Finding[]> => {
    const found = await workspace.findings(pathOf(document));
    return found.filter((finding) => finding.from <= to && finding.to >= from);
  };

  connection.onCodeAction(async ({ textDocument, range, context }) => {
    const document = documents.get(textDocument.uri);
    if (!document) return [];
    const found = await findingsAt(document, document.offsetAt(range.start), document.offsetAt(range.end));
    return [
      ...repairs(found, document, context.diagnostics),
      ...(hasPathView ? showPaths(found, document) : []),
      ...suppressions(found, document),
    ];
  });

  connection.onCompletion(({ textDocument, position }) => {
    const document = documents.get(textDocument.uri);
    return document && isModelsFile(pathOf(document)) ? modelCompletions(document, document.offsetAt(position)) : [];
  });

  connection.onHover(async ({ textDocument, position }) => {
    const document = documents.get(textDocument.uri);
    if (!document) return null;
    const offset = document.offsetAt(position);
    return ruleHover(await findingsAt(document, offset, offset));
  });

  connection.onCodeLens(async ({ textDocument }): Promise<CodeLens[]> => {
    const document = documents.get(textDocument.uri);
    if (!document) return [];
    const found = await workspace.findings(pathOf(document));
    if (found.length === 0) return [];
    const score = securityScore(found, document.lineCount);
    const start = { line: 0, character: 0 };
    const title = `Security score ${score} of 100 (${found.length} ${found.length === 1 ? 'finding' : 'findings'})`;
    return [{ range: { start, end: start }, command: { title, command: 'apex.showFindings' } }];
  });

  // The request has no parameters: clients send none, or an empty object.
  connection.onRequest(scanWorkspaceMethod, (...given: unknown[]) =>
    scanWorkspace(connection, workspace, given.at(-1) as CancellationToken),
  );

  connection.onShutdown(() => importers.stop());

  documents.listen(connection);
  connection.listen();
}
