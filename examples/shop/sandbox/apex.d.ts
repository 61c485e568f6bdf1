/** What the sandbox gives a program. `state` declares values that are shown, edited and kept from outside. */
declare module 'apex' {
  export interface StateOptions<T> {
    /** Asked after an edit from outside: a text refuses it and is shown, undefined accepts it. */
    check?(next: T): string | undefined;
    /** Told after an accepted edit, with the path of the changed value. */
    onEdit?(path: (string | number)[]): void;
  }

  /** Gives the declared state `name`: `initial` the first time, what it has become after that. */
  export function state<T extends object>(name: string, initial: T, options?: StateOptions<T>): T;
}

declare const console: Record<'log' | 'info' | 'debug' | 'warn' | 'error', (...values: unknown[]) => void>;
declare function setTimeout(callback: (...args: unknown[]) => void, ms?: number, ...args: unknown[]): number;
declare function setInterval(callback: (...args: unknown[]) => void, ms?: number, ...args: unknown[]): number;
declare function clearTimeout(timer: number | undefined): void;
declare function clearInterval(timer: number | undefined): void;
