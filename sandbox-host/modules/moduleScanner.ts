import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { ApexError } from '../../protocol/errors.ts';
import { scanAnswerSchema } from '../../protocol/moduleScan.ts';
import type { ModuleFinding, ScanSeverity } from '../../protocol/sandboxModules.ts';
import { plainEnvironment } from '../../runtime/findNode.ts';
import { programPath } from '../../runtime/programs.ts';
import { moduleHash } from './moduleGraph.ts';

const SEVERITIES: readonly ScanSeverity[] = ['low', 'medium', 'high', 'critical'];
const REMEMBERED = 2_000;

interface Scan {
  program: ChildProcess;
  waiting: Map<number, { resolve(findings: ModuleFinding[]): void; reject(error: Error): void }>;
}

/**
 * Analyses modules before they are loaded, in a process of its own: the supervisor keeps answering meanwhile, and a text that
 * brings the analysis down brings down nothing else. Started with the first module, started again when it was lost.
 */
export class ModuleScanner {
  readonly #known = new Map<string, ModuleFinding[]>();
  #scan: Scan | undefined;
  #next = 1;

  /** @throws ApexError `scan-failed` when the text cannot be analysed: what cannot be looked at is not loaded */
  async scan(path: string, text: string): Promise<ModuleFinding[]> {
    const key = `${path}\n${moduleHash(text)}`;
    const known = this.#known.get(key);
    if (known) return known;
    const findings = await this.#ask(path, text);
    if (this.#known.size >= REMEMBERED) this.#known.clear();
    this.#known.set(key, findings);
    return findings;
  }

  close(): void {
    this.#scan?.program.kill('SIGKILL');
    this.#scan = undefined;
  }

  #ask(path: string, text: string): Promise<ModuleFinding[]> {
    this.#scan ??= this.#start();
    const { program, waiting } = this.#scan;
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject });
      program.stdin!.write(`${JSON.stringify({ id, path, text })}\n`);
    });
  }

  #start(): Scan {
    const program = spawn(process.execPath, [programPath('moduleScanner.mjs')], {
      stdio: ['pipe', 'pipe', 'ignore'],
      env: plainEnvironment(),
      windowsHide: true,
    });
    const scan: Scan = { program, waiting: new Map() };
    const lost = (reason: string) => {
      if (this.#scan === scan) this.#scan = undefined;
      for (const { reject } of scan.waiting.values()) reject(scanFailed(`the analysis ended (${reason})`));
      scan.waiting.clear();
    };
    program.once('error', (error) => lost(error.message));
    program.once('exit', (code, signal) => lost(signal ?? `exit code ${code}`));
    program.stdin!.on('error', () => {});
    createInterface({ input: program.stdout! }).on('line', (line) => {
      const { id, findings, error } = scanAnswerSchema.parse(JSON.parse(line));
      const asked = scan.waiting.get(id);
      scan.waiting.delete(id);
      if (findings) asked?.resolve(findings);
      else asked?.reject(scanFailed(error ?? 'no reason was given'));
    });
    return scan;
  }
}

function scanFailed(reason: string): ApexError {
  return new ApexError('scan-failed', `It could not be scanned: ${reason}.`, 'Load it without "scan" if you trust it.');
}

/** The worst finding that is as severe as `least` or more, in one sentence; undefined when there is none. */
export function refusalFor(url: string, findings: readonly ModuleFinding[], least: ScanSeverity): string | undefined {
  const rank = ({ severity }: { severity: ScanSeverity }) => SEVERITIES.indexOf(severity);
  const [worst] = findings
    .filter((finding) => rank(finding) >= rank({ severity: least }))
    .sort((a, b) => rank(b) - rank(a));
  return worst && `the scan found ${worst.rule} (${worst.severity}) at ${url}:${worst.line}: ${worst.message}`;
}
