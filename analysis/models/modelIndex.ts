import type { CallbackRow, ForbiddenRow, Model, SinkRow, SourceRow, SummaryRow } from './model.ts';

/** All that models say of one name. */
export interface ModelEntry {
  sinks: SinkRow[];
  source?: SourceRow;
  summary?: SummaryRow;
  callbacks: CallbackRow[];
  /** Why it must not be called, and where. */
  forbidden?: ForbiddenRow[];
}

export interface ModelIndex {
  /** The name all models use for `ref`. */
  canonical(ref: string): string;
  entry(ref: string): ModelEntry | undefined;
  /** Rows for a method of this name on a receiver that is not known (`*.query`). */
  method(name: string): ModelEntry | undefined;
}

/** A package that is named for it runs the command it is given: `async-execute`, `sync-exec`, `exec-sh`. */
const runsCommands =
  /^(@[\w-]+\/)?([\w-]+-)?(exec|execute|exec-?(sync|async|promise|sh|then)|child-process(-[\w-]+)?)(\.(default|exec|execSync|execAsync|promise))?$/i;

/** Merges models into one look-up table; later models add to earlier ones. */
export function indexModels(models: readonly Model[]): ModelIndex {
  const aliases = new Map<string, string>();
  const entries = new Map<string, ModelEntry>();
  const at = (ref: string): ModelEntry => {
    let entry = entries.get(ref);
    if (!entry) {
      entry = { sinks: [], callbacks: [] };
      entries.set(ref, entry);
    }
    return entry;
  };
  for (const model of models) {
    for (const [from, to] of Object.entries(model.aliases ?? {})) aliases.set(from, to);
    for (const row of model.sources ?? []) at(row.ref).source = row;
    for (const row of model.sinks ?? []) at(row.ref).sinks.push(row);
    for (const row of model.summaries ?? []) at(row.ref).summary = row;
    for (const row of model.callbacks ?? []) at(row.ref).callbacks.push(row);
  }
  const memo = new Map<string, string>();

  const canonical = (ref: string): string => {
    const known = memo.get(ref);
    if (known !== undefined) return known;
    memo.set(ref, ref);
    let name = ref;
    for (let rounds = 0; rounds < 4; rounds++) {
      const next = replacePrefix(name, aliases);
      if (next === name) break;
      name = next;
    }
    memo.set(ref, name);
    return name;
  };

  for (const row of models.flatMap((model) => model.forbidden ?? [])) {
    const entry = at(canonical(row.ref));
    entry.forbidden = [...(entry.forbidden ?? []), row];
  }

  return {
    canonical,
    entry: (ref) => entries.get(ref) ?? (runsCommands.test(ref) ? entries.get('child_process.exec') : undefined),
    method: (name) => entries.get(`*.${name}`),
  };
}

/** Replaces the longest aliased prefix that ends at a member boundary. */
function replacePrefix(ref: string, aliases: ReadonlyMap<string, string>): string {
  const whole = aliases.get(ref);
  if (whole !== undefined) return whole;
  for (let end = ref.length - 1; end > 0; end--) {
    const next = ref[end];
    if (next !== '.' && next !== '(') continue;
    const target = aliases.get(ref.slice(0, end));
    if (target !== undefined) return target + ref.slice(end);
  }
  return ref;
}
