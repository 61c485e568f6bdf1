import { execFile } from 'node:child_process';
import * as z from 'zod';
import { capability } from './capability.ts';
import { CapabilityError } from './capabilityError.ts';

const MAX_OUTPUT = 8 << 20;
const MAX_MS = 60_000;

/** A program that the policy names by path, without a shell, in the program's folder, with an environment that says nothing. */
export const processCapabilities = {
  'process.run': capability(
    z.object({
      program: z.string().min(1).max(100),
      args: z
        .array(
          z
            .string()
            .max(32_768)
            .refine((text) => !text.includes('\0'), 'holds a zero'),
        )
        .max(1000),
      input: z.string().max(MAX_OUTPUT).optional(),
      timeoutMs: z.int().min(1).max(MAX_MS).optional(),
    }),
    async ({ program, args, input, timeoutMs = MAX_MS }, { permit, programs, files }) => {
      await permit('process.run', [program, ...args.map(quoted)].join(' '));
      const named = programs();
      const path = Object.hasOwn(named, program) ? named[program] : undefined;
      if (path === undefined) throw new CapabilityError('ENOENT', `The policy names no program "${program}".`);
      return runProgram(path, args, { input, timeoutMs, cwd: files.root, name: program });
    },
  ),
};

/** An argument with a space in it is not taken for two by a pattern. */
function quoted(argument: string): string {
  return argument === '' || /[\s"\\]/.test(argument) ? JSON.stringify(argument) : argument;
}

interface Run {
  input: string | undefined;
  timeoutMs: number;
  cwd: string;
  name: string;
}

function runProgram(path: string, args: string[], { input, timeoutMs, cwd, name }: Run): Promise<unknown> {
  const { PATH = '', SystemRoot } = process.env;
  const env = { PATH, LANG: 'C', ...(SystemRoot && { SystemRoot }) };
  const options = { cwd, env, timeout: timeoutMs, killSignal: 'SIGKILL', maxBuffer: MAX_OUTPUT, shell: false } as const;
  return new Promise((resolve, reject) => {
    const child = execFile(path, args, options, (error, stdout, stderr) => {
      const code = error?.code;
      if (code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') {
        reject(new CapabilityError('ENOBUFS', `${name} printed more than ${MAX_OUTPUT >> 20} MiB.`));
      } else if (error?.killed) reject(new CapabilityError('ETIMEDOUT', `${name} ran longer than ${timeoutMs} ms.`));
      else if (typeof code === 'string') reject(new CapabilityError(code, `${name} could not be started.`));
      else resolve({ code: code ?? (error ? null : 0), stdout, stderr });
    });
    // A program that does not read closes its end.
    child.stdin?.on('error', () => {});
    child.stdin?.end(input ?? '');
  });
}
