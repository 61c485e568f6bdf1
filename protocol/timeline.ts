import * as z from 'zod';

/** The lanes of a timeline, from top to bottom. */
export const LANES = [
  'requests',
  'network',
  'files',
  'processes',
  'timers',
  'console',
  'exceptions',
  'breakpoints',
] as const;

export type Lane = (typeof LANES)[number];

/** Something that happened, as the timeline shows it. Times in milliseconds since the program began. */
export const timelineEventSchema = z.tuple([
  /** Index in `LANES`. */
  z.number(),
  /** The point to travel to. */
  z.number(),
  z.number(),
  z.string(),
  /** When it was over, for what has a length. */
  z.number().optional(),
]);

export type TimelineEvent = z.infer<typeof timelineEventSchema>;

/** Answer of the request `apex/timeline`: the present moment, and the next events in the order of their points. */
export const timelinePartSchema = z.object({
  now: z.object({ point: z.number(), time: z.number() }),
  /** Last point and time of the recording, and the time at which the first thing happened. */
  end: z.object({ point: z.number(), time: z.number() }),
  start: z.number(),
  /** Number of all events, without breakpoint hits. */
  total: z.number(),
  events: z.array(timelineEventSchema),
  /** Hits of breakpoints: they change with the breakpoints, so all of them are told each time. */
  hits: z.array(timelineEventSchema),
});

export type TimelinePart = z.infer<typeof timelinePartSchema>;

/** Every value that a variable or property had, in the order of the points at which they were written. */
export const valueTrackSchema = z.object({
  name: z.string(),
  values: z.array(
    z.object({
      point: z.coerce.number(),
      /** Absent before the program first read the clock. */
      time: z.number().optional(),
      /** Rendered on one line; absent where it is not known. */
      value: z.string().optional(),
    }),
  ),
});
export type ValueTrack = z.infer<typeof valueTrackSchema>;

export const toTimelineSchema = z.discriminatedUnion('type', [
  /** Another recording, or none. */
  z.object({ type: z.literal('clear'), message: z.string() }),
  z.object({ type: z.literal('part'), part: timelinePartSchema }),
  z.object({ type: z.literal('values'), track: valueTrackSchema }),
]);
export type ToTimeline = z.infer<typeof toTimelineSchema>;

export const fromTimelineSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('travel'), point: z.number().int() }),
  z.object({ type: z.literal('untrack'), name: z.string() }),
]);
export type FromTimeline = z.infer<typeof fromTimelineSchema>;
