import { deepTaints, type Value } from '../values/value.ts';
import type { FunctionInfo, ParameterCall } from './machine.ts';

const MAX_CALLS = 16;

/**
 * Adds a call of a parameter to the summary of the function whose parameter it is. Calls that hand over nothing of
 * interest are kept once: `done(new Error('...'))` in ten places is one call for the caller. False: it adds nothing.
 */
export function addParameterCall(call: ParameterCall): boolean {
  const owner = call.origin.owner as FunctionInfo;
  if (owner.parameterCalls.length >= MAX_CALLS) return false;
  const plain = call.arguments.every(isPlain);
  const known = owner.parameterCalls.some(
    (other) =>
      other.origin.key === call.origin.key &&
      ((plain && other.arguments.every(isPlain)) ||
        (other.node === call.node &&
          other.arguments.length === call.arguments.length &&
          !plain &&
          sameOrigins(other, call))),
  );
  if (known) return false;
  owner.parameterCalls.push(call);
  return true;
}

function isPlain(value: Value): boolean {
  return !value.functions && deepTaints(value, 2).length === 0;
}

function sameOrigins(left: ParameterCall, right: ParameterCall): boolean {
  const keys = ({ arguments: values }: ParameterCall): string =>
    values
      .map((value) =>
        deepTaints(value, 2)
          .map((taint) => taint.origin.key)
          .join(),
      )
      .join('|');
  return keys(left) === keys(right);
}
