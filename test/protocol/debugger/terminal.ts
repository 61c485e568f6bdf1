import { type ChildProcess, spawn } from 'node:child_process';

/** A pseudoterminal, as `script` of util-linux makes it: what runs in it has a real one. */
export class Terminal {
  readonly #script: ChildProcess;
  #text = '';
  #listeners: (() => void)[] = [];
  readonly exited: Promise<number | null>;

  /** @param words what the terminal runs */
  constructor(words: readonly string[], cwd: string) {
    const command = words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
    this.#script = spawn('script', ['-qec', `exec ${command}`, '/dev/null'], {
      cwd,
      env: { ...process.env, SHELL: '/bin/sh', TERM: 'xterm-256color' },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#script.stdout!.setEncoding('utf8').on('data', (text: string) => {
      this.#text += text;
      for (const listener of this.#listeners.splice(0)) listener();
    });
    // It may have left when something is typed.
    this.#script.stdin!.on('error', () => {});
    this.exited = new Promise((resolve) => this.#script.once('close', resolve));
  }

  /** Everything that was shown. */
  get text(): string {
    return this.#text;
  }

  async shows(text: string): Promise<void> {
    while (!this.#text.includes(text)) await new Promise<void>((resolve) => this.#listeners.push(resolve));
  }

  type(keys: string): void {
    this.#script.stdin!.write(keys);
  }

  /** As its window is closed. */
  close(): void {
    // Whoever holds the other side of the terminal is gone: the kernel hangs up.
    this.#script.kill('SIGKILL');
  }
}
