import * as z from 'zod';
import { timeRequests } from '../protocol/debug.ts';

/**
 * What the arguments of each request must look like. Clients differ in what else they send, so unknown properties pass.
 * Lines and columns count from 1, unless the client said otherwise in `initialize`.
 */
const id = z.number().int().min(0);
const line = z.number().int();
const source = z.looseObject({
  name: z.string().optional(),
  path: z.string().optional(),
  sourceReference: z.number().optional(),
});
/** A number of a step, or a share of the recording such as `50%`. */
const point = z.union([z.string(), z.number()]);
const nothing = z.unknown();
const thread = z.looseObject({ threadId: z.number().optional() }).optional();

export const requestSchemas = {
  initialize: z.looseObject({
    linesStartAt1: z.boolean().optional(),
    columnsStartAt1: z.boolean().optional(),
    pathFormat: z.string().optional(),
    supportsProgressReporting: z.boolean().optional(),
    supportsRunInTerminalRequest: z.boolean().optional(),
    supportsStartDebuggingRequest: z.boolean().optional(),
    supportsInvalidatedEvent: z.boolean().optional(),
  }),
  cancel: z.looseObject({ requestId: z.number().optional(), progressId: z.string().optional() }),
  launch: z.looseObject({}),
  attach: z.looseObject({}),
  configurationDone: nothing,
  setBreakpoints: z.looseObject({
    source,
    breakpoints: z
      .array(
        z.looseObject({
          line,
          column: z.number().int().optional(),
          condition: z.string().optional(),
          hitCondition: z.string().optional(),
          logMessage: z.string().optional(),
        }),
      )
      .optional(),
  }),
  setFunctionBreakpoints: z.looseObject({
    breakpoints: z.array(
      z.looseObject({ name: z.string(), condition: z.string().optional(), hitCondition: z.string().optional() }),
    ),
  }),
  setExceptionBreakpoints: z.looseObject({ filters: z.array(z.string()) }),
  threads: nothing,
  stackTrace: z.looseObject({ startFrame: id.optional(), levels: id.optional() }),
  scopes: z.looseObject({ frameId: id }),
  variables: z.looseObject({
    variablesReference: id,
    filter: z.enum(['indexed', 'named']).optional(),
    start: id.optional(),
    count: id.optional(),
  }),
  evaluate: z.looseObject({ expression: z.string(), frameId: id.optional(), context: z.string().optional() }),
  completions: z.looseObject({
    text: z.string(),
    /** From 1, where the cursor stands. */
    column: z.number().int(),
    line: z.number().int().optional(),
    frameId: id.optional(),
  }),
  setVariable: z.looseObject({ variablesReference: id, name: z.string(), value: z.string() }),
  setExpression: z.looseObject({ expression: z.string(), value: z.string(), frameId: id.optional() }),
  source: z.looseObject({ sourceReference: z.number(), source: source.optional() }),
  loadedSources: nothing,
  exceptionInfo: nothing,
  breakpointLocations: z.looseObject({
    source,
    line,
    endLine: line.optional(),
    column: z.number().int().optional(),
    endColumn: z.number().int().optional(),
  }),
  gotoTargets: z.looseObject({ source, line, column: z.number().int().optional() }),
  goto: z.looseObject({ targetId: id }),
  restartFrame: z.looseObject({ frameId: id }),
  continue: thread,
  reverseContinue: thread,
  next: thread,
  stepInTargets: z.looseObject({ frameId: id }),
  stepIn: z.looseObject({ threadId: z.number().optional(), targetId: id.optional() }).optional(),
  stepOut: thread,
  stepBack: thread,
  pause: thread,
  restart: z.looseObject({ arguments: z.looseObject({}).optional() }).optional(),
  terminate: nothing,
  disconnect: nothing,
  [timeRequests.reverseStepOver]: nothing,
  [timeRequests.reverseStepInto]: nothing,
  [timeRequests.reverseStepOut]: nothing,
  [timeRequests.lastWrite]: z.looseObject({ expression: z.string(), frameId: id.optional() }),
  [timeRequests.nextWrite]: z.looseObject({ expression: z.string(), frameId: id.optional() }),
  [timeRequests.history]: z.looseObject({
    expression: z.string(),
    frameId: id.optional(),
    stream: z.string().optional(),
  }),
  [timeRequests.registration]: z.looseObject({ frameId: id.optional() }),
  [timeRequests.visits]: z.looseObject({ path: z.string(), line, expressions: z.array(z.string()).optional() }),
  [timeRequests.output]: z.looseObject({ text: z.string().optional() }),
  [timeRequests.whatIf]: z.looseObject({
    change: z.string(),
    frameId: id.optional(),
    name: z.string().optional(),
    enter: z.boolean().optional(),
  }),
  /** `texts`: of files that the client has changed and not saved. */
  [timeRequests.whatIfSource]: z.looseObject({
    texts: z.array(z.looseObject({ path: z.string(), text: z.string() })).optional(),
    name: z.string().min(1).optional(),
    enter: z.boolean().optional(),
  }),
  [timeRequests.recordedSource]: z.looseObject({ path: z.string(), text: z.string().optional() }),
  [timeRequests.branches]: nothing,
  [timeRequests.enterBranch]: z.looseObject({ branch: id }),
  [timeRequests.renameBranch]: z.looseObject({ branch: id, name: z.string().min(1) }),
  [timeRequests.closeBranch]: z.looseObject({ branch: id }),
  dataBreakpointInfo: z.looseObject({ variablesReference: id.optional(), name: z.string(), frameId: id.optional() }),
  setDataBreakpoints: z.looseObject({ breakpoints: z.array(z.looseObject({ dataId: z.string() })) }),
  /** `from`: how many events the client has; without it only the present moment and the hits are told. */
  [timeRequests.timeline]: z.looseObject({ from: id.optional() }),
  /** Questions keep to these points, or to the times between which they are drawn; without any to the whole recording. */
  [timeRequests.focus]: z.looseObject({
    from: point.optional(),
    to: point.optional(),
    fromTime: z.number().optional(),
    toTime: z.number().optional(),
  }),
  [timeRequests.profile]: z.looseObject({ from: point.optional(), to: point.optional() }),
  [timeRequests.callTree]: z.looseObject({ from: point.optional(), to: point.optional() }),
  /** `speed`: times the recorded time, or statements a second; 0 stands still, below 0 goes backwards. */
  [timeRequests.play]: z.looseObject({ speed: z.number(), unit: z.enum(['time', 'steps']).optional() }),
  [timeRequests.goToPoint]: z.looseObject({ point }),
} as const;

export type RequestName = keyof typeof requestSchemas;
export type Arguments<Name extends RequestName> = z.infer<(typeof requestSchemas)[Name]>;

/** Registers what answers a request. */
export type On = <Name extends RequestName>(
  name: Name,
  handle: (args: Arguments<Name>, signal: AbortSignal) => unknown,
) => void;
