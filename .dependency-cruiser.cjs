// The arrows of the house: faces -> engines -> protocol, never back. docs/architecture.md says why.
const engines = ['analysis', 'time-travel', 'sandbox-host'];
const faces = ['client', 'server', 'debug-adapter', 'webview-ui', 'mcp', 'cli'];
const only = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: `^${from}/` },
  to: {
    path: `^(${[...engines, ...faces, 'protocol', 'runtime'].filter((room) => room !== from && !allowed.includes(room)).join('|')})/`,
  },
});
const editorPackages = 'node_modules/(vscode-language(server|client)|@vscode/debug(adapter|protocol))';

module.exports = {
  forbidden: [
    only('protocol-is-the-ground', 'protocol', [], 'Contracts import nothing of ours.'),
    only('runtime-is-the-ground', 'runtime', ['protocol'], 'Finding programs on this machine needs only contracts.'),
    ...engines.map((engine) =>
      only(`engine-${engine}`, engine, ['protocol', 'runtime'], 'Engines know neither faces nor each other.'),
    ),
    only('client-is-thin', 'client', ['protocol', 'runtime'], 'The client reaches engines through their programs.'),
    only(
      'server-on-analysis',
      'server',
      ['analysis', 'protocol', 'runtime'],
      'The language server is a face of analysis.',
    ),
    only(
      'debug-adapter-on-time-travel',
      'debug-adapter',
      ['time-travel', 'protocol', 'runtime'],
      'The debug adapter is a face of time travel.',
    ),
    only('mcp-on-time-travel', 'mcp', ['time-travel', 'protocol', 'runtime'], 'Answers of recordings for assistants.'),
    only('panels-through-protocol', 'webview-ui', ['protocol'], 'Panels talk only through protocol/.'),
    only(
      'cli-on-engines',
      'cli',
      [...engines, 'server', 'debug-adapter', 'mcp', 'protocol', 'runtime'],
      'The command line starts engines and the servers.',
    ),
    {
      name: 'only-client-knows-vscode',
      severity: 'error',
      from: { pathNot: '^(client|test/editor)/' },
      to: { path: '^vscode$' },
    },
    {
      name: 'engines-know-no-editor-protocol',
      severity: 'error',
      from: { path: `^(${engines.join('|')}|protocol|runtime)/` },
      to: { path: editorPackages },
    },
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: '^vscode$' } },
    {
      name: 'no-tests-in-products',
      severity: 'error',
      from: { pathNot: '(\\.test\\.ts$|^test/|^bench/|^scripts/)' },
      to: { path: '(\\.test\\.ts$|^test/|^bench/)' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|test/conformance/programs|fixtures|examples|out|coverage|node_modules/\\.)' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.mjs', '.cjs', '.js', '.json'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      exportsFields: ['exports'],
    },
  },
};
