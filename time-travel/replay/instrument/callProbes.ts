import type { AnyNode, Program } from 'acorn';
import type { VisitText } from './instrument.ts';
import { takesProbe } from './probePlaces.ts';
import { CALL, CALL_ENDS, CALL_GOES_ON, CALLS, passage } from './probeText.ts';
import { childNodes } from './scopes.ts';
import type { WritePiece } from './writeProbes.ts';

/** At each statement: a call that was left (by `await`, or because what it called threw) is the innermost one again. */
const GOES_ON = `${CALLS}.top===${CALL}||${CALL_GOES_ON}(${CALL},0,true)`;
export const goesOn: VisitText = { statement: GOES_ON, expression: `(${GOES_ON})` };

/**
 * Probes at the ends of calls: `return x` becomes `return $l($c,(x))`, which runs when the value is known, and the same
 * for `throw`, `yield`, the end of a body; `await x` leaves its call and comes back to it. The calls must declare `CALL`.
 */
export function callEnds(program: Program): WritePiece[] {
  const pieces: WritePiece[] = [];
  const around = (node: AnyNode, before: string, after: string) => {
    pieces.push({ at: node.start, text: passage(before), closes: false });
    pieces.push({ at: node.end, text: passage(after), closes: true, opened: node.start });
  };
  const ends = (value: AnyNode) => around(value, `${CALL_ENDS}(${CALL},(`, '))');
  const endsAt = (at: number) => pieces.push({ at, text: passage(`;${CALL_ENDS}(${CALL});`), closes: false });
  const nothingReturned = ({ start }: AnyNode) => {
    const at = start + 'return'.length;
    // Within what closes there.
    pieces.push({ at, text: passage(` ${CALL_ENDS}(${CALL})`), closes: true, opened: at });
  };
  const pending: AnyNode[] = [program];
  for (let node = pending.pop(); node; node = pending.pop()) {
    switch (node.type) {
      // Execution passes through it unseen.
      case 'WithStatement':
        continue;
      case 'Program':
        if (node.body.some(takesProbe)) endsAt(node.body.at(-1)!.end);
        break;
      case 'StaticBlock':
        if (node.body.some(takesProbe)) endsAt(node.end - 1);
        break;
      case 'FunctionDeclaration':
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
        if (node.body.type === 'BlockStatement') endsAt(node.body.end - 1);
        else ends(node.body);
        break;
      case 'ReturnStatement':
        if (node.argument) ends(node.argument);
        else nothingReturned(node);
        break;
      case 'ThrowStatement':
        ends(node.argument);
        break;
      case 'AwaitExpression':
      case 'YieldExpression':
        around(node, `${CALL_GOES_ON}(${CALL},`, ')');
        // What `yield*` gives is asked for, step by step, while the call stands there.
        if (node.argument && !(node.type === 'YieldExpression' && node.delegate)) ends(node.argument);
        break;
    }
    // Outer before inner, so that they nest where they begin or end together.
    pending.push(...childNodes(node).reverse());
  }
  return pieces;
}
