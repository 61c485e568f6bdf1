import type { Readable, Writable } from 'node:stream';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { timeRequests } from '../protocol/debug.ts';
import { ApexError } from '../protocol/errors.ts';
import { findProgramNode } from '../runtime/findNode.ts';
import { serveBranches } from './branches.ts';
import { toDap } from './breakpoints.ts';
import { serveChangedSource } from './changedSource.ts';
import { serveCosts } from './costs.ts';
import { DapConnection } from './dapConnection.ts';
import { serveGoto } from './gotoTargets.ts';
import { serveHistory } from './history.ts';
import { planLaunch } from './launchArguments.ts';
import { servePlayback } from './playback.ts';
import { type Arguments, type RequestName, requestSchemas } from './requests.ts';
import { serveSources } from './sources.ts';
import { serveStack } from './stack.ts';
import { StackFrames } from './stackFrames.ts';
import { serveStepInTargets } from './stepInTargets.ts';
import { timelinePart } from './timeline.ts';
import { serveTimeQueries } from './timeQueries.ts';
import { TimeTravelSession } from './timeTravelSession.ts';
import type { ExceptionFilter } from './travel.ts';
import { serveValues } from './valueRequests.ts';

const THREAD = 1;

const capabilities: DebugProtocol.Capabilities = {
  supportsConfigurationDoneRequest: true,
  supportsConditionalBreakpoints: true,
  supportsHitConditionalBreakpoints: true,
  supportsLogPoints: true,
  supportsEvaluateForHovers: true,
  supportsStepBack: true,
  supportsCompletionsRequest: true,
  completionTriggerCharacters: ['.'],
  supportsSetVariable: true,
  supportsSetExpression: true,
  supportsRestartRequest: true,
  supportsDataBreakpoints: true,
  supportsTerminateRequest: true,
  supportsExceptionInfoRequest: true,
  supportsLoadedSourcesRequest: true,
  supportsFunctionBreakpoints: true,
  supportsBreakpointLocationsRequest: true,
  supportsGotoTargetsRequest: true,
  supportsRestartFrame: true,
  supportsStepInTargetsRequest: true,
  supportsCancelRequest: true,
  supportsDelayedStackTraceLoading: true,
  supportsValueFormattingOptions: false,
  supportsClipboardContext: true,
  exceptionBreakpointFilters: [
    { filter: 'all', label: 'Caught Exceptions', default: false },
    { filter: 'uncaught', label: 'Uncaught Exceptions', default: true },
  ],
};

/** Serves one client of the Debug Adapter Protocol; `leave` is called when the session has ended. */
export function serveDebugger(
  input: Readable,
  output: Writable,
  options: { leave(): void; log?: (line: string) => void },
): void {
  const client = new DapConnection(input, output, options.log);
  const frames = new StackFrames();
  const session = new TimeTravelSession(client, frames);
  let canInvalidate = false;
  const on = <Name extends RequestName>(name: Name, handle: (args: Arguments<Name>, signal: AbortSignal) => unknown) =>
    client.on(name, requestSchemas[name], (args, signal) => handle(args as Arguments<Name>, signal));
  const answerFirst = (action: () => Promise<void>) => {
    // The response comes before the events of what it started.
    setImmediate(() => void action());
  };

  on('initialize', ({ linesStartAt1 = true, columnsStartAt1 = true, pathFormat = 'path', ...can }) => {
    if (pathFormat !== 'path') {
      throw new ApexError('wrong-arguments', `Apex names files by their paths, not as "${pathFormat}".`);
    }
    client.base = { linesStartAt1, columnsStartAt1 };
    canInvalidate = can.supportsInvalidatedEvent === true;
    session.opensTerminals = can.supportsRunInTerminalRequest === true;
    session.opensChildren = can.supportsStartDebuggingRequest === true;
    answerFirst(async () => client.event('initialized'));
    return capabilities;
  });
  const launch = (args: unknown) => {
    const plan = planLaunch(args);
    if (plan.kind === 'record') findProgramNode(plan.runtimeExecutable);
    session.plan = plan;
  };
  on('launch', launch);
  on('attach', launch);
  on('configurationDone', () =>
    answerFirst(async () => {
      await session.begin().catch((error) => session.fail(error));
    }),
  );
  on('setBreakpoints', async ({ source, breakpoints = [] }) => {
    const path = frames.pathOf(source);
    if (!path) throw new ApexError('wrong-arguments', 'A breakpoint needs the path of a file.');
    const known = session.stops.breakpoints.set(
      path,
      breakpoints,
      path === source.path ? undefined : source.sourceReference,
    );
    await session.resolveBreakpoints();
    return { breakpoints: known.map(toDap) };
  });
  on('setExceptionBreakpoints', ({ filters }) => {
    session.filterExceptions(
      new Set(filters.filter((filter): filter is ExceptionFilter => filter === 'all' || filter === 'uncaught')),
    );
    const known = (filter: string) => filter === 'all' || filter === 'uncaught';
    return {
      breakpoints: filters.map((filter) =>
        known(filter) ? { verified: true } : { verified: false, message: `Apex has no exceptions "${filter}".` },
      ),
    };
  });
  on('setFunctionBreakpoints', async ({ breakpoints }) => {
    session.stops.functionBreakpoints.set(breakpoints);
    await session.resolveMore();
    return { breakpoints: session.stops.functionBreakpoints.toDap() };
  });
  const streams = new Map<string, AbortController>();
  on('cancel', ({ requestId, progressId }) => {
    if (requestId !== undefined) client.cancel(requestId);
    if (progressId !== undefined) streams.get(progressId)?.abort();
  });
  on('threads', () => ({ threads: [{ id: THREAD, name: session.programName }] }));

  serveStack(on, session, frames, { client, answerFirst, canInvalidate: () => canInvalidate });
  serveValues(on, session, frames);
  serveTimeQueries(on, session, frames, answerFirst);
  serveHistory(on, session, frames, { client, streams });
  serveCosts(on, session);
  servePlayback(on, session, client);
  serveBranches(on, session, frames, answerFirst);
  serveChangedSource(on, session, answerFirst);
  serveSources(on, session, frames);
  serveGoto(on, session, frames, answerFirst);
  on('exceptionInfo', () => {
    const { exception } = session.arrival;
    if (!exception) throw new ApexError('no-exception', 'No exception was thrown here.');
    const [exceptionId] = exception.description.split(':');
    const breakMode = exception.uncaught ? 'unhandled' : 'always';
    return { exceptionId: exceptionId ?? 'Error', description: exception.description, breakMode };
  });
  const travel = (name: RequestName, move: () => Promise<void>, body?: object) =>
    on(name, () => {
      void session.arrival;
      if (!name.startsWith('apex/')) session.clientMoves();
      answerFirst(move);
      return body;
    });
  const chosenCall = serveStepInTargets(on, session, frames);
  on('stepIn', (args) => {
    void session.arrival;
    const target = args?.targetId === undefined ? undefined : chosenCall(args.targetId);
    session.clientMoves();
    answerFirst(() => (target === undefined ? session.step('in', 1) : session.goto(target, 'Step', 'step')));
  });
  travel('continue', () => session.continue(1), { allThreadsContinued: true });
  travel('reverseContinue', () => session.continue(-1));
  travel('next', () => session.step('over', 1));
  travel('stepOut', () => session.step('out', 1));
  travel('stepBack', () => session.step('over', -1));
  travel(timeRequests.reverseStepOver, () => session.step('over', -1));
  travel(timeRequests.reverseStepInto, () => session.step('in', -1));
  travel(timeRequests.reverseStepOut, () => session.step('out', -1));
  on(timeRequests.goToPoint, ({ point }) => {
    const target = session.parsePoint(point);
    answerFirst(() => session.goto(target));
    return { point: String(target) };
  });
  on(timeRequests.timeline, ({ from }) => timelinePart(session, from));
  on('pause', () => answerFirst(() => session.lookNow()));
  on('restart', (args) => {
    // The client may have read `launch.json` anew.
    if (args?.arguments) launch(args.arguments);
    answerFirst(() => session.restart().catch((error) => session.fail(error)));
  });
  on('terminate', () => {
    if (session.recording) session.stopRecording();
    else answerFirst(async () => client.event('terminated'));
  });
  const leave = () => {
    session.close();
    setImmediate(options.leave);
  };
  on('disconnect', leave);
  input.on('end', leave);
}
