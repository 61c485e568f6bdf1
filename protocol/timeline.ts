import * as z from 'zod';
import { callTreeSchema, profileSchema } from './costs.ts';

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
  /** The part that questions keep to: points, and the times at which they are drawn. */
  focus: z.object({ from: z.number(), to: z.number(), fromTime: z.number(), toTime: z.number() }).optional(),
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
  /** More of them are being looked for; this can be stopped. */
  finding: z.boolean().optional(),
  /** Why these are not all. */
  note: z.string().optional(),
});
export type ValueTrack = z.infer<typeof valueTrackSchema>;

/** How time moves by itself: times the recorded time, or statements a second. */
export const paceSchema = z.object({ speed: z.number().positive(), unit: z.enum(['time', 'steps']) });
export type Pace = z.infer<typeof paceSchema>;

/** The paces to choose from. */
export const PACES: readonly { text: string; description: string; pace: Pace }[] = [
  { text: '0.1×', description: 'a tenth of the recorded time', pace: { speed: 0.1, unit: 'time' } },
  { text: '1×', description: 'as it was', pace: { speed: 1, unit: 'time' } },
  { text: '10×', description: 'ten times the recorded time', pace: { speed: 10, unit: 'time' } },
  { text: '100×', description: 'a hundred times the recorded time', pace: { speed: 100, unit: 'time' } },
  { text: '1 step/s', description: 'one statement a second', pace: { speed: 1, unit: 'steps' } },
  { text: '4 steps/s', description: 'four statements a second', pace: { speed: 4, unit: 'steps' } },
];

/** What the panel shows of the costs of a part: time per function, or what called what. */
export type Costs = 'functions' | 'calls';

export const toTimelineSchema = z.discriminatedUnion('type', [
  /** Another recording, or none. */
  z.object({ type: z.literal('clear'), message: z.string() }),
  z.object({ type: z.literal('part'), part: timelinePartSchema }),
  z.object({ type: z.literal('values'), track: valueTrackSchema }),
  /** Instead of these: there are none. */
  z.object({ type: z.literal('noValues'), name: z.string() }),
  /** Time per function, or what called what, in the part that is focused on. */
  z.object({ type: z.literal('profile'), profile: profileSchema }),
  z.object({ type: z.literal('calls'), tree: callTreeSchema }),
  /** Instead of these: why there are none. */
  z.object({ type: z.literal('noCosts'), message: z.string() }),
  /** A command asks for it. */
  z.object({ type: z.literal('show'), costs: z.enum(['functions', 'calls']) }),
  /** Time moves by itself, or stands; and the pace that is chosen. */
  z.object({ type: z.literal('playing'), direction: z.number(), pace: paceSchema }),
]);
export type ToTimeline = z.infer<typeof toTimelineSchema>;

/** `byKey`: the keyboard stays in the timeline. */
export const fromTimelineSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  /** The panel has got the keyboard, or lost it. */
  z.object({ type: z.literal('keyboard'), isHere: z.boolean() }),
  z.object({ type: z.literal('travel'), point: z.number().int(), byKey: z.boolean().optional() }),
  z.object({ type: z.literal('untrack'), name: z.string() }),
  /** What was found so far is enough. */
  z.object({ type: z.literal('stopFinding'), name: z.string() }),
  /** Questions keep to a part from now on, in milliseconds or steps; without one to the whole recording. */
  z.object({
    type: z.literal('focus'),
    part: z.object({ axis: z.enum(['time', 'steps']), from: z.number(), to: z.number() }).optional(),
  }),
  z.object({ type: z.literal('costs'), costs: z.enum(['functions', 'calls']) }),
  z.object({ type: z.literal('play'), direction: z.number(), byKey: z.boolean().optional() }),
  z.object({ type: z.literal('pace'), pace: paceSchema }),
]);
export type FromTimeline = z.infer<typeof fromTimelineSchema>;
