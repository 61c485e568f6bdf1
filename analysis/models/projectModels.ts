import { LineCounter, parseDocument } from 'yaml';
import * as z from 'zod';
import { type SinkKind, sinkKinds } from '../values/kinds.ts';
import type { Model } from './model.ts';

const inner: readonly SinkKind[] = ['merge', 'type', 'folder'];
const kinds = sinkKinds.filter((kind) => !inner.includes(kind)) as [SinkKind, ...SinkKind[]];
const argument = z.union([z.number().int().min(0), z.string().regex(/^(this|all|rest:\d+|\d+\.[\w*.]+)$/)]);
const text = z.string().min(1);

const sourceKinds = ['request', 'browser', 'message', 'response', 'local', 'file'] as const;

/** The format of `apex.models.yaml`; docs/models.md explains it. */
export const projectModelsSchema = z.strictObject({
  aliases: z.record(text, text).optional(),
  sources: z
    .array(
      z.strictObject({
        ref: text,
        kind: z.enum(sourceKinds),
        call: z.boolean().optional(),
      }),
    )
    .optional(),
  sinks: z
    .array(z.strictObject({ ref: text, args: z.union([argument, z.array(argument)]), kind: z.enum(kinds) }))
    .optional(),
  sanitizers: z
    .array(
      z.strictObject({
        ref: text,
        from: argument.optional(),
        clears: z.union([z.literal('every'), z.array(z.enum(kinds))]),
      }),
    )
    .optional(),
  callbacks: z
    .array(
      z.strictObject({
        ref: text,
        arg: z.union([z.number().int().min(0), z.enum(['any', 'last']), z.string().regex(/^\d+\.[\w*.]+$/)]),
        parameters: z.array(z.string()),
      }),
    )
    .optional(),
});

/** Sections of the file, the fields of their entries, and the words that a field takes (none: free text). */
export const modelVocabulary: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  aliases: {},
  sources: { ref: [], kind: sourceKinds, call: ['true', 'false'] },
  sinks: { ref: [], args: ['this', 'all'], kind: kinds },
  sanitizers: { ref: [], from: ['this', 'all'], clears: ['every', ...kinds] },
  callbacks: { ref: [], arg: ['any', 'last'], parameters: [] },
};

export interface ModelProblem {
  message: string;
  /** UTF-16 offsets into the file. */
  from: number;
  to: number;
  /** Zero-based line of `from`. */
  line: number;
}

export interface ProjectModels {
  model: Model | undefined;
  problems: ModelProblem[];
}

/** Reads a project's own models. What is wrong in the file comes back with its place; nothing is thrown. */
export function readProjectModels(source: string, name = 'apex.models.yaml'): ProjectModels {
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines });
  const problem = (message: string, from: number, to: number): ModelProblem => ({
    message,
    from,
    to,
    line: lines.linePos(from).line - 1,
  });
  if (document.errors.length > 0) {
    return {
      model: undefined,
      problems: document.errors.map((error) => problem(error.message.split('\n')[0]!, error.pos[0], error.pos[1])),
    };
  }
  const checked = projectModelsSchema.safeParse(document.toJS() ?? {});
  if (!checked.success) {
    const problems = checked.error.issues.map((issue) => {
      const node = document.getIn(issue.path as (string | number)[], true) as
        | { range?: [number, number, number] }
        | undefined;
      const [from, to] = node?.range ?? [0, Math.min(source.length, 1)];
      return problem(`${issue.path.join('.') || 'file'}: ${issue.message}`, from, to);
    });
    return { model: undefined, problems };
  }
  const { sanitizers = [], ...rest } = checked.data;
  const summaries = sanitizers.map(({ ref, from, clears }) => ({ ref, from: from ?? 0, clears }));
  return { model: { name, ...rest, summaries } as Model, problems: [] };
}
