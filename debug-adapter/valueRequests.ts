import { completionsAt } from './completions.ts';
import { evaluateAt } from './evaluate.ts';
import type { On } from './requests.ts';
import type { FramePlace, StackFrames } from './stackFrames.ts';
import type { TimeTravelSession } from './timeTravelSession.ts';
import type { RemoteObject } from './values.ts';

/** Values of the moment: scopes, variables, expressions, and how a name goes on. */
export function serveValues(on: On, session: TimeTravelSession, frames: StackFrames): void {
  on('scopes', async ({ frameId }) => {
    frames.find(frameId);
    const { process, frame, place } = await session.standing(frameId);
    if (!frame) return { scopes: [] };
    const names = await Promise.all(frame.scopes.map(({ range }) => session.names.scope(frame, range)));
    return { scopes: session.variables.scopes(process, frame, { place, names }) };
  });

  on('variables', async ({ variablesReference, ...window }) => ({
    variables: await session.variables.children(variablesReference, window),
  }));

  on('evaluate', async ({ expression, frameId, context }) => {
    const { process, frame, place } = await session.standing(frameId);
    const generated = frame ? await session.names.expression(expression, frame) : expression;
    const evaluated = await evaluateAt(process, frame?.callFrameId, generated, context !== 'hover');
    if (evaluated.process !== process) session.variables.keep(evaluated.process);
    const { value, ...rest } = session.variables.variable(evaluated.process, '', evaluated.result, {
      evaluateName: expression,
      frame: place,
    });
    return {
      result: context === 'clipboard' ? await wholeText(session, evaluated.result, value, place, expression) : value,
      type: rest.type,
      variablesReference: rest.variablesReference,
      indexedVariables: rest.indexedVariables,
      namedVariables: rest.namedVariables,
    };
  });

  on('completions', async ({ text, line = 1, column, frameId }) => {
    const { process, frame } = await session.standing(frameId);
    const lines = text.split('\n').slice(0, line);
    const last = (lines.pop() ?? '').slice(0, Math.max(0, column - 1));
    return { targets: await completionsAt(process, frame, last, session.names) };
  });
}

/** What is copied is not shortened. */
async function wholeText(
  session: TimeTravelSession,
  result: RemoteObject,
  short: string,
  { index, point = session.arrival.point }: FramePlace,
  expression: string,
): Promise<string> {
  if (session.branch) return short;
  if (!result.objectId) return result.type === 'string' ? String(result.value) : short;
  return (await session.replay.evaluate(point, index, expression)).value;
}
