import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { ApexError } from '../../protocol/errors.ts';

interface Answer {
  id?: number;
  result?: { content?: { type: string; text?: string }[]; isError?: boolean; tools?: McpTool[] };
  error?: { message: string };
}

interface McpTool {
  name: string;
  inputSchema: { required?: string[] };
  annotations?: { readOnlyHint?: boolean };
}

/**
 * `apex mcp` as a process, and its tools as functions: messages of the Model Context Protocol are JSON values, one a line
 * (https://modelcontextprotocol.io/specification/2025-06-18/basic/transports).
 */
export class McpProcess {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  readonly #ready: Promise<Answer>;
  #next = 1;
  #gone: string | undefined;

  constructor(command: string, args: string[], env: NodeJS.ProcessEnv) {
    this.#process = spawn(command, args, { env, stdio: 'pipe' });
    createInterface({ input: this.#process.stdout }).on('line', (line) => this.#receive(line));
    this.#process.on('error', (error) => this.#ended(error.message));
    this.#process.on('exit', (code, signal) => this.#ended(`it ended with ${signal ?? `exit code ${code}`}`));
    this.#process.stdin.on('error', () => {});
    this.#process.stderr.resume();
    const clientInfo = { name: 'apex-vscode', version: '1' };
    this.#ready = this.#request('initialize', { protocolVersion: '2025-06-18', capabilities: {}, clientInfo });
    this.#ready.then(() => this.#send({ method: 'notifications/initialized' })).catch(() => {});
  }

  get gone(): boolean {
    return this.#gone !== undefined;
  }

  /** @returns the text of the answer @throws ApexError with what the tool refused */
  async call(name: string, args: object): Promise<string> {
    await this.#ready;
    const { result, error } = await this.#request('tools/call', { name, arguments: args });
    const text = (result?.content ?? []).map((part) => part.text ?? '').join('\n');
    if (error || result?.isError) throw new ApexError('tool-failed', error?.message ?? text);
    return text;
  }

  /** The tools that it has. */
  async list(): Promise<{ tools: McpTool[] }> {
    await this.#ready;
    const { result } = await this.#request('tools/list', {});
    return { tools: result?.tools ?? [] };
  }

  close(): void {
    this.#process.stdin.end();
    this.#process.kill();
  }

  async #request(method: string, params: object): Promise<Answer> {
    if (this.#gone !== undefined) throw lost(this.#gone);
    const id = this.#next++;
    const answer = await new Promise<Answer | undefined>((resolve) => {
      this.#waiting.set(id, resolve);
      this.#send({ id, method, params });
    });
    if (!answer?.id) throw lost(this.#gone ?? '');
    return answer;
  }

  #send(message: object): void {
    this.#process.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  }

  #receive(line: string): void {
    let answer: Answer;
    try {
      answer = JSON.parse(line) as Answer;
    } catch {
      return;
    }
    const { id } = answer;
    if (id === undefined) return;
    this.#waiting.get(id)?.(answer);
    this.#waiting.delete(id);
  }

  #ended(why: string): void {
    this.#gone ??= why;
    for (const resolve of this.#waiting.values()) resolve({});
    this.#waiting.clear();
  }
}

function lost(why: string): ApexError {
  return new ApexError('mcp-lost', `The process that answers questions to recordings is gone: ${why}.`, 'Ask again.');
}
