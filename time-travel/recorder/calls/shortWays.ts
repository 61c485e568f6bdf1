/**
 * Recording: short ways for the calls that a server makes for every request. Each is a function of its own, so that V8 knows
 * which native function it calls and need not ask what it was passed; whatever is special takes the way of all calls.
 */
import { isView, reflectApply, uncurryThis } from '../../recording/safeBuiltins.ts';
import { asyncIdCounter } from '../asyncHooks/asyncIds.ts';
import { state } from '../boundaryState.ts';
import { afterCrossing } from '../log/flushing.ts';
import type { NativeFunction } from '../start/natives.ts';
import type { CallSpec } from './callSpec.ts';
import { noteOf } from './notes.ts';
import { type Logged, logReturn, logThrow, recordCall } from './recordCall.ts';

/** For a function without arguments that gives a number and changes nothing, such as the time of the loop. */
export function recordReading(native: NativeFunction, name: string): NativeFunction {
  const read = uncurryThis(native);
  let number = -1;
  const { wrapper } = {
    wrapper(this: unknown): unknown {
      const result = read(this);
      const { writer } = state;
      if (number >= 0) writer.beginReturn(number, 0);
      else number = writer.beginFirstReturn(name);
      writer.encoder.value(result);
      afterCrossing();
      return result;
    },
  };
  return wrapper;
}

const hasNumber = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && (noteOf(value)?.id ?? 0) > 0;

/** For a method by which a stream writes: `(request, data)`, both of which the boundary has seen. */
export function recordWrite(native: NativeFunction, name: string, spec: CallSpec): NativeFunction {
  const general = recordCall(native, name, spec, () => wrapper);
  const write = uncurryThis(native);
  const logged: Logged = { name, number: -1, shared: spec.shared };
  const concerns = spec.concerns!;
  const { wrapper } = {
    wrapper(this: unknown, ...args: unknown[]): unknown {
      const request = args[0];
      const data = args[1];
      const short = args.length === 2 && (typeof data === 'string' || isView(data));
      if (!short || !hasNumber(this) || !hasNumber(request) || concerns(this)) return reflectApply(general, this, args);
      const counter = asyncIdCounter();
      let result: unknown;
      try {
        result = write(this, request, data);
      } catch (error) {
        logThrow(name, error, counter, wrapper);
        throw error;
      }
      logReturn(logged, result, counter);
      return result;
    },
  };
  return wrapper;
}
