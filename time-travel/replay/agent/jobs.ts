/**
 * What the engine asks of a process that replays. Points are counts of statements. At `leave` the process leaves a
 * checkpoint on its way. `margin` says how many statements before its point the process begins to be exact.
 */
export type Job =
  /** Replay everything; leave checkpoints on the way; report where output and breakpoints were. */
  | { kind: 'index'; places: Place[]; checkpoints?: CheckpointPlan }
  /** Replay everything from the start and report each visit of the places. */
  | { kind: 'scan'; places: Place[]; limit?: number }
  /** Replay everything and report each exception. */
  | { kind: 'exceptions' }
  /** Replay everything and report what the program did with the outside world. */
  | { kind: 'events' }
  /** Replay up to `to` and report the tree of calls that ran from `from` on, with at most so many paths of callers. */
  | { kind: 'calls'; from: number; to: number; mostPaths: number }
  /** Replay up to `to` and report where the time went from about `from` on, as V8 samples it. */
  | { kind: 'profile'; from: number; to: number }
  /** Replay everything and report where each call that begins a turn, or goes on in one, was registered. */
  | { kind: 'origins' }
  /** Replay everything and report each write of one property or variable. */
  | { kind: 'writes'; question: WriteQuestion; margin?: number; stream?: boolean }
  /** Replay from the start to where a step ends. */
  | { kind: 'step'; question: StepQuestion; margin?: number }
  /** Run the program from its start with other sources, up to the first difference. */
  | ({ kind: 'branch'; edits: SourceEdit[] } & Followed)
  /** Replay a recording that still grows, and report visits of the places and the time as they come. */
  | { kind: 'follow'; places: Place[]; exceptions?: FollowedExceptions }
  /** So, and report writes behind the point of the question. */
  | { kind: 'followWrites'; question: WriteQuestion; margin?: number }
  /** Replay to a point and stay there, answering questions. */
  | { kind: 'goto'; point: number; leave?: number; margin?: number }
  /** Replay to about a point and leave checkpoints on the way. */
  | { kind: 'fill'; until: number; checkpoints: CheckpointPlan }
  /** Describe every point from `from` up to `to`. */
  | { kind: 'window'; from: number; to: number; leave?: number; margin?: number };

/** `uncaught`: those that nothing caught, where that is noticed; `all`: each where it is thrown. */
export type FollowedExceptions = 'uncaught' | 'all';

/** A source file as it would have been. */
export interface SourceEdit {
  path: string;
  text: string;
}

/** What a branch is compared with, and whether it goes on behind output that differs. */
export interface Followed {
  expected: { fd: number; text: string }[];
  /** The error that ended the recorded program, with its stack. */
  uncaught?: string;
  goOn: boolean;
}

export type Difference =
  /** It printed something else; `recorded` is empty where the recording printed nothing more. */
  | { kind: 'output'; point: number; recorded: string; printed: string }
  /** It was ended by another error (or by none: empty). */
  | { kind: 'error'; point: number; recorded: string; thrown: string }
  /** It asked the outside for something that was not recorded, so it cannot be followed further. */
  | { kind: 'crossing'; point: number; reason: string };

/** Whose writes are asked for, as the expression reads at a point in a frame (0: the innermost). Lines from 0. */
export type WriteQuestion = { point: number; frame: number } & (
  | { kind: 'property'; object: string; key: string }
  | { kind: 'variable'; name: string; path: string; line: number; column: number }
);

/** Where a step from `point` ends; the frames are those of the program there, innermost first. Lines from 0. */
export interface StepQuestion {
  point: number;
  kind: 'over' | 'out';
  direction: 1 | -1;
  /** The statement may leave its call, which goes on in another turn. */
  suspends: boolean;
  frames: { path: string; line: number; column: number }[];
  /** The turn of the event loop at `point` is known to go on here: what ends it is looked for from then on. */
  turnAfter?: number;
}

/** The statement at `point` writes; `before` renders what was there until then, where that is known. */
export interface Write {
  point: number;
  before?: string;
  /** The value that was written, where it is seen: of a variable. */
  after?: string;
}

export interface CheckpointPlan {
  /** Milliseconds of replay between two checkpoints, at least. */
  everyMs: number;
  /** Copies may cost one part in so many of the time between them; without it they may cost what they cost. */
  share?: number;
  /** When there are more, every second one is given up and the distance doubled. */
  atMost: number;
}

/** A place in a source file that a query asks about. Lines and columns from 0. */
export interface Place {
  id: number;
  path: string;
  line: number;
  column?: number;
  /** Instead of a line: where each function of this name begins (`add`, `Till.add`), in whatever file. */
  function?: string;
  /** Evaluated at each visit, in the scope of the place; one that yields a falsy value is not counted as a visit. */
  condition?: string;
  /** Evaluated at each counted visit; its rendering is reported. */
  expressions?: string[];
}

/** The places of a job that a source map leads to, and offsets of functions that the author named so. */
export interface PlacesInScript {
  places: Place[];
  functions: { start: number; place: Place }[];
}

/** A place whose file was loaded; with the position of its statement when there is one. */
export interface ResolvedPlace {
  id: number;
  position?: { line: number; column: number };
}

/** Messages of a replaying process. `job` is the number that the engine gave with the job. */
export type AgentMessage =
  /** `spent`: milliseconds of a processor on the way there from the beginning, by this process and those it is a copy of. */
  | { event: 'parked'; point: number; pid: number; spent: number }
  | { event: 'started'; job: number; pid: number }
  /** The point of a job that has one is near and will not be passed unseen. */
  | { event: 'aimed' }
  /** It was passed unseen; the job has ended and needs a wider margin. */
  | { event: 'missed' }
  | { event: 'resolved'; places: ResolvedPlace[] }
  | Visits
  | { event: 'outputs'; outputs: Output[] }
  | { event: 'times'; times: [point: number, milliseconds: number][] }
  /** Replay has come to the end of what is recorded so far. */
  | { event: 'waiting'; point: number }
  /** Where a branch first differs from the recording. */
  | { event: 'differs'; difference: Difference }
  | { event: 'exceptions'; exceptions: SeenException[] }
  /** Before `writes`, when they are asked for: values as they are found. */
  | { event: 'written'; values: WrittenValue[] }
  | { event: 'writes'; writes: Write[]; final?: string; problem?: string }
  | { event: 'events'; events: RecordedEvent[] }
  | ({ event: 'calls' } & CalledTree)
  | ({ event: 'profile' } & SampledTime)
  | ({ event: 'origins' } & Origins)
  | { event: 'scripts'; scripts: ScriptSummary[] }
  /** A script with a source map is about to run: which places are in it? Waits for a `PlacesInScript`. */
  | { event: 'mapped'; path: string; sourceMap: string; source: string }
  /** Without a point nothing of the program runs after it; with `turnAfter` the step ends between that and the point. */
  | { event: 'step'; point?: number; turnAfter?: number }
  | { event: 'window'; from: number; moments: Moment[] }
  | { event: 'end'; point: number; spent: number; exitCode?: number; divergence?: string; uncaught?: string }
  /** The process stands at its point. The debugger follows with `paused`; these frames have no scopes and no ids yet. */
  | { event: 'arrived'; point: number; frames: Frame[] }
  | { event: 'paused'; point: number; frames: Frame[] }
  | { id: number; result: unknown }
  | { id: number; error: string };

/** What stands on top of the stack at a point, as numbers; script -1: unknown. */
export type Moment = [depth: number, script: number, line: number, column: number, flags: number, owner: number];

/** Bits of a moment's flags. */
export const MomentFlag = { entry: 1, suspends: 2, resumed: 4 } as const;

/** Visits, in columns: for each one entry, or as many as its place has expressions. */
export interface Visits {
  event: 'visits';
  count: number;
  /** The place of all of them; without it the columns begin with a place (32 bits) for each. */
  place?: number;
  /** A column of values (64-bit floating point) follows that of the points (the same). */
  valued: boolean;
  /** Renderings of values that are no numbers. */
  texts: string[];
  /** The entries of these, where they are not the first ones. */
  textEntries?: number[];
  /** Length of the columns, which follow the message as they are. */
  bytes: number;
  /** Put here by the receiver. */
  columns?: ArrayBuffer;
}

/** A function of the program, by where it begins. Lines and columns from 0. */
export interface ProgramFunction {
  path: string;
  /** Offset in the file. */
  start: number;
  line: number;
  column: number;
  /** Where a source map says that it comes from. */
  original?: { path: string; line: number; column: number };
  /** As people name it, for example `Till.add`; absent for one without a name and for the top level of a file. */
  name?: string;
  /** The top level of a file. */
  isFile?: true;
}

/** One function called by one path of callers, with all such calls together. Costs are counts of statements. */
export interface CalledNode {
  /** Index of the caller's node; -1: called by nothing of the program. */
  parent: number;
  /** Index in `functions`. */
  function: number;
  /** Calls that began in the range. */
  calls: number;
  /** Statements of its own in the range. */
  self: number;
  /** The first point in the range. */
  first: number;
  /** The call with the most statements, what it called included, and the first of its points in the range. */
  longest: { statements: number; point: number };
  /** It has calls that its own callees made, which go back to it. */
  recursive: boolean;
  /** Not one function, but all that `parent` called when there were too many paths, and what these called. */
  folded: boolean;
}

/** What one function cost, by all paths together. */
export interface CalledFunction extends Pick<CalledNode, 'function' | 'calls' | 'self' | 'first' | 'longest'> {
  /** Statements while it ran or something that it called. */
  total: number;
}

/** A write, and the value behind it where that is known. */
export interface WrittenValue {
  point: number;
  value?: string;
}

/** A stretch of one call without a pause; `depth` 0: called by nothing of the program. */
export type CalledSpan = [depth: number, functionIndex: number, from: number, to: number];

export interface CalledTree {
  functions: ProgramFunction[];
  /** Callers come before what they call. */
  nodes: CalledNode[];
  costs: CalledFunction[];
  /** The longest ones. */
  spans: CalledSpan[];
}

/** Processor time by function: milliseconds, from samples. */
export interface SampledTime {
  /** `start`: offset at which a function begins in its file. */
  functions: { path: string; start: number; self: number; total: number }[];
  samples: number;
  /** Milliseconds in which nothing of the program was on the stack. */
  outside: number;
}

export interface Output {
  point: number;
  fd: number;
  text: string;
}

/**
 * The program registered a callback, or waited: in the call that is `depth`-th of its calls on the stack, at the last
 * statement of it that began up to `point` (-1: not known). `from`: the number of what it ran because of.
 */
export type Registration = [point: number, depth: number, label: string, from: number];

/** Numbers of registrations count over all messages; -1: none. */
export interface Origins {
  registrations: Registration[];
  /** What runs from each point on, ascending, runs because of the registration of that number. */
  tasks: [start: number, registration: number][];
}

/** Something that happened between the program and the outside. */
export interface RecordedEvent {
  kind: RecordedEventKind;
  /** The statement that did it, or the first that ran because of it. */
  point: number;
  /** Milliseconds since the program began: the clock as the program last saw it. */
  time: number;
  text: string;
  /** When what began here was over. */
  end?: { point: number; time: number };
}

export type RecordedEventKind = 'request' | 'timer' | 'file' | 'network' | 'process' | 'console';

export interface SeenException {
  point: number;
  uncaught: boolean;
  description: string;
}

export interface ScriptSummary {
  id: number;
  path: string;
  stops: number;
  /** Where the script says that its source map is; `data:` when the map is in the script. */
  sourceMap?: string;
}

/** A loaded script as it was before probes were put in. Lines and columns from 0, offsets of functions in `source`. */
export interface ScriptText {
  source: string;
  stops: { line: number; column: number; function: number; entry: boolean }[];
  functions: { start: number; end: number }[];
}

/** From 0. */
export interface Position {
  line: number;
  column: number;
}

export interface Frame {
  name: string;
  /** Where a source map says that this place comes from, and what the function is called there. */
  original?: { path: string; line: number; column: number; name?: string };
  /** Path of the script, or its URL when it is not a file. */
  path: string;
  /** From 0. */
  line: number;
  column: number;
  /** False for Node's own code. */
  program: boolean;
  callFrameId: string;
  scriptId: string;
  /** `range`: where in the script, as far as V8 says. */
  scopes: { type: string; name?: string; objectId: string; range?: { start: Position; end: Position } }[];
  thisId?: string;
}

/** Requests to a paused process. */
export type PausedRequest =
  | { id: number; method: 'cdp'; name: string; params?: Record<string, unknown>; effects?: boolean }
  | { id: number; method: 'render'; callFrameId: string; expression: string }
  | { id: number; method: 'copy'; job: number }
  /** The text of a loaded script, and where execution can stand in it: a `ScriptText`. */
  | { id: number; method: 'script'; path: string }
  /** Evaluate with effects, then go on with the program against the log, to its end or the first difference. */
  | ({ id: number; method: 'whatIf'; callFrameId: string; expression: string } & Followed);

/** Messages to a parked process. */
export type ParkedRequest = { start: Job; job: number } | { quit: true };
