import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import * as z from 'zod';
import { toErrorReport } from '../protocol/errors.ts';
import { maskSecrets } from '../protocol/secretForms.ts';
import { OpenRecordings } from './openRecordings.ts';
import * as ask from './questions.ts';

/** One answer is no longer than this many characters; what does not fit is said. */
const LONGEST = 60_000;
const LONGEST_TEXT = 4000;

const recording = z.string().min(1).describe('Path of the recording, or its name as list_recordings gives it.');
const point = z.string().min(1).describe('A step number, "start", "end" or a share such as "50%".');
const expression = z.string().min(1).max(5000).describe('A JavaScript expression.');
const frame = z.number().int().min(0).optional().describe('Which frame of the program; 0 (default) is the innermost.');
const search = z.string().optional().describe('Only what holds this text.');
const range = {
  offset: z.number().int().min(0).optional().describe('How many results to skip.'),
  limit: z.number().int().min(1).max(1000).optional().describe('How many results at most. Default: 100.'),
};
const kinds = ['request', 'network', 'file', 'process', 'timer', 'console', 'exception'] as const;

/** The MCP server: read-only questions to recordings. `close` ends the replays behind it. */
export function recordingsServer(version: string): { server: McpServer; close(): void } {
  const server = new McpServer({ name: 'apex', title: 'Apex recordings', version });
  const open = new OpenRecordings();
  const tool = <Shape extends z.ZodRawShape>(
    name: string,
    description: string,
    inputSchema: Shape,
    answer: (args: z.infer<z.ZodObject<Shape>>) => unknown,
  ) => {
    const annotations = { readOnlyHint: true, openWorldHint: false };
    const run = (args: unknown) => answered(() => answer(args as z.infer<z.ZodObject<Shape>>));
    server.registerTool(name, { description, inputSchema, annotations }, run as never);
  };

  tool(
    'list_recordings',
    'List the recordings of Node programs that were made with Apex, newest first. A recording holds a whole run: every value at every moment can be asked for.',
    { folder: z.string().optional().describe('Folder to look in. Without it: where the editor keeps recordings.') },
    (args) => ask.listRecordings(args),
  );
  tool(
    'recording_summary',
    'What the program was, how it ended, its uncaught errors, its source files and how many events of each kind there are. Begin here.',
    { recording },
    async (args) => ask.recordingSummary(await open.session(args.recording), args.recording),
  );
  tool(
    'output',
    'What the program printed, each piece with the step at which it did.',
    { recording, stream: z.enum(['stdout', 'stderr']).optional(), search, ...range },
    async (args) => ask.output(await open.session(args.recording), args),
  );
  tool(
    'events',
    'What the program did with the outside world: HTTP requests it served, network, files, processes, timers, console; and exceptions. Each with the step at which to ask further.',
    { recording, kind: z.enum(kinds).optional(), search, from: point.optional(), to: point.optional(), ...range },
    async (args) => ask.events(await open.session(args.recording), args),
  );
  tool('stack_at', 'The call stack at a step, with files and lines.', { recording, point }, async (args) =>
    ask.stackAt(await open.session(args.recording), args.point),
  );
  tool(
    'evaluate_at',
    'The value of an expression at a step, in a frame of its stack. Nothing outside is touched and the recording does not change.',
    { recording, point, expression, frame },
    async (args) => ask.evaluateAt(await open.session(args.recording), args.point, args.expression, args.frame),
  );
  tool(
    'hits',
    'Every time that a line ran, with the values of expressions there: a log statement added after the fact.',
    {
      recording,
      file: z.string().min(1).describe('Path of the source file, or its end.'),
      line: z.number().int().min(1),
      expressions: z.array(expression).max(10).optional(),
      condition: z.string().optional().describe('Only when this expression holds.'),
      ...range,
    },
    async (args) => ask.hits(await open.session(args.recording), args),
  );
  tool(
    'last_write',
    'The statement that last wrote a variable or property (for example cart.total) before a step.',
    { recording, point, expression, frame },
    async (args) => ask.lastWrite(await open.session(args.recording), args.point, args.expression, args.frame),
  );
  tool(
    'profile',
    'What each function cost in the run or a part of it: milliseconds of processor time (sampled in a replay), calls and statements (counted), and the steps of its first and its longest call.',
    { recording, from: point.optional(), to: point.optional(), ...range },
    async (args) => ask.functionCosts(await open.session(args.recording), args),
  );
  tool(
    'call_tree',
    'What called what in the run or a part of it, with counts of calls and statements, depth first.',
    {
      recording,
      from: point.optional(),
      to: point.optional(),
      share: z.number().min(0).max(1).optional().describe('Leave out what has less of all statements. Default: 0.01.'),
      ...range,
    },
    async (args) => ask.calledTree(await open.session(args.recording), args),
  );
  return { server, close: () => open.close() };
}

/** An error is an answer too: what happened and what to do next, for the one who asked. */
async function answered(answer: () => unknown): Promise<CallToolResult> {
  try {
    return { content: [{ type: 'text', text: bounded(await answer()) }] };
  } catch (error) {
    return { isError: true, content: [{ type: 'text', text: JSON.stringify(toErrorReport(error)) }] };
  }
}

function bounded(value: unknown): string {
  const shorten = (_key: string, value: unknown) => {
    if (typeof value !== 'string') return value;
    // What an assistant is told leaves this machine.
    const text = maskSecrets(value);
    return text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}… (${text.length} characters)` : text;
  };
  const text = JSON.stringify(value, shorten, 1);
  if (text.length <= LONGEST) return text;
  return `${text.slice(0, LONGEST)}\n… The answer is longer: ask for less with "limit" or "search".`;
}
