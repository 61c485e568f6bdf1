import type { SinkKind, SourceKind } from '../values/kinds.ts';

/**
 * Which arguments a row speaks of: positions, `this`, `all`, `rest:N` (from N on), or `N.name` for a property of an
 * options object.
 */
export type ArgumentSpec = number | 'this' | 'all' | `rest:${number}` | `${number}.${string}`;

/** When a sink counts: always, or only under a condition the engine knows how to test. */
export type SinkCondition =
  /** Known parts of the text read as SQL. */
  | 'sql-text'
  /** The call has the option `shell: true`. */
  | 'shell'
  /** The program is a shell or an interpreter, and the value stands behind its `-c`. */
  | 'interpreter'
  /** The call has no option `root` that holds the path inside a folder. */
  | 'no-root'
  /** The value decides the whole text or its start (host of a URL, target of a redirect). */
  | 'leading'
  /** A known URL without encryption, to a host that is not this machine. */
  | 'insecure-url'
  /** Text that the program put together with tags around the value. */
  | 'built-markup'
  /** An object that a database reads as a query, with a value that may itself be an object. */
  | 'query-object'
  /** More arguments follow: the text is a format. */
  | 'with-arguments'
  /** The header named by the first argument is Location. */
  | 'location-header'
  /** The value is text, not a function. */
  | 'text'
  /** The program put the text together: words of its own stand around the value. */
  | 'built-text'
  /** The text holds markup around the value, or the value is the text. */
  | 'markup';

export interface SinkRow {
  ref: string;
  args: ArgumentSpec | readonly ArgumentSpec[];
  kind: SinkKind;
  when?: SinkCondition;
  /** Report only when the source is one of these; by default the rule decides. */
  sources?: readonly SourceKind[];
}

export interface SourceRow {
  /** `X.*` speaks of every property of X that has no row of its own. */
  ref: string;
  /** `none` for a property that is the program's own. */
  kind: SourceKind | 'none';
  /** Also what calling it returns. */
  call?: boolean;
  /** Always text, or an object of texts: no operators of a query can hide in it. */
  text?: boolean;
}

export interface SummaryRow {
  ref: string;
  /** Arguments whose taint the result carries; empty for a result that carries none. */
  from: ArgumentSpec | readonly ArgumentSpec[] | 'none';
  /** Kinds of sink the result is harmless for. */
  clears?: readonly SinkKind[] | 'every';
  /** The result's name in the models' vocabulary. */
  returns?: string;
  /** Facts the result's taint gets. */
  marks?: readonly ('resolved' | 'text' | 'enumeratedKey')[];
}

export interface CallbackRow {
  ref: string;
  /** Which argument is the function; `any` for every function among the arguments; `N.name` for a property of an options object. */
  arg: number | 'any' | 'last' | `${number}.${string}`;
  /** The names of its parameters in the models' vocabulary; `=0` stands for the taint of argument 0, `` for nothing. */
  parameters: readonly string[];
}

export interface ForbiddenRow {
  ref: string;
  reason: string;
  /** Absolute; only files below it must not. */
  folder?: string;
}

/** What the engine knows of one package or platform. */
export interface Model {
  name: string;
  /** Other names for the same thing: `graceful-fs` is `fs`, `pg.Pool()` is `pg.Client()`. */
  aliases?: Readonly<Record<string, string>>;
  sources?: readonly SourceRow[];
  sinks?: readonly SinkRow[];
  summaries?: readonly SummaryRow[];
  callbacks?: readonly CallbackRow[];
  /** What a policy forbids to call. */
  forbidden?: readonly ForbiddenRow[];
}
