import type { CommandEntry } from './command.ts';

/** Every command of `apex`, in the order in which help shows them. */
export const commandTable: Record<string, CommandEntry> = {
  scan: {
    summary: 'Find security faults in JavaScript and TypeScript.',
    load: async () => (await import('./commands/scan.ts')).command,
  },
  lsp: {
    summary: 'Language server on standard input and output.',
    load: async () => (await import('./commands/lsp.ts')).command,
  },
  run: {
    summary: 'Run a program in a sandbox, under limits and policy.',
    load: async () => (await import('./commands/run.ts')).command,
  },
  policy: {
    summary: 'Check a policy for sandboxes, or explain how it decides.',
    load: async () => (await import('./commands/policy.ts')).command,
  },
  audit: {
    summary: 'Verify the audit log, or report from it.',
    load: async () => (await import('./commands/audit.ts')).command,
  },
  host: {
    summary: 'Serve the sandbox protocol on stdio or a socket, or say what a sandbox is held by here.',
    load: async () => (await import('./commands/host.ts')).command,
  },
  sandbox: {
    summary: 'Look into sandboxes of a running host: modules, state, snapshots, bridges, groups.',
    load: async () => (await import('./commands/sandbox.ts')).command,
  },
  record: {
    summary: 'Run a Node program and record it.',
    load: async () => (await import('./commands/record.ts')).command,
  },
  replay: {
    summary: 'Run a recording again, exactly as it was.',
    load: async () => (await import('./commands/replay.ts')).command,
  },
  mcp: {
    summary: 'Questions to recordings for assistants (Model Context Protocol on stdio).',
    load: async () => (await import('./commands/mcp.ts')).command,
  },
  dap: {
    summary: 'Debug adapter on stdio, for any editor.',
    load: async () => (await import('./commands/dap.ts')).command,
  },
  recording: {
    summary: 'List, show or verify recordings.',
    load: async () => (await import('./commands/recording.ts')).command,
  },
};
