import * as z from 'zod';

/** What a user has said about a recording. Travels with it, as `notes.json` in its folder. */
export const notesSchema = z.object({
  title: z.string().max(200).optional(),
  note: z.string().max(20_000).optional(),
  /** Never deleted to make room. */
  pinned: z.boolean().optional(),
});

export type RecordingNotes = z.infer<typeof notesSchema>;

/** How `apex recording list --json` describes one recording. */
export const keptRecordingSchema = z.object({
  /** Absolute path of the folder. */
  path: z.string(),
  /** Of all its files. */
  bytes: z.number(),
  notes: notesSchema,
  metadata: z
    .looseObject({
      node: z.string(),
      command: z.array(z.string()),
      cwd: z.string(),
      /** ISO 8601. */
      started: z.string(),
      ended: z
        .looseObject({ code: z.number().optional(), signal: z.string().optional(), durationMs: z.number() })
        .optional(),
    })
    .optional(),
  /** Why it cannot be opened, when it cannot. */
  problem: z.string().optional(),
});

export type KeptRecording = z.infer<typeof keptRecordingSchema>;
export const keptRecordingsSchema = z.array(keptRecordingSchema);

/** Where sessions keep their recordings, and how many. */
export const shelfSchema = z.object({
  folder: z.string().min(1),
  /** Number of recordings. */
  most: z.number().int().min(1),
  mostMegabytes: z.number().min(1),
});

export type Shelf = z.infer<typeof shelfSchema>;

/** What the adapter keeps of a session when nothing else is set. */
export const DEFAULT_SHELF = { most: 50, mostMegabytes: 2048 } as const;

/** The program of a recorded command: the first word that is no option of Node. */
export function recordedProgram(command: readonly string[]): string {
  return command.find((word) => !word.startsWith('-')) ?? command.join(' ');
}

/** How a recorded program ended, in words. */
export function howEnded(ended: { code?: number; signal?: string } | undefined): string {
  if (!ended) return 'not ended';
  return ended.signal ?? `exit code ${ended.code ?? 'unknown'}`;
}
