/** Replay: what native code keeps with its objects to enter it before it calls their handlers. */
import { SafeWeakMap } from '../../recording/safeBuiltins.ts';
import { Given, type Stamps } from './stamps.ts';

export interface AsyncContext {
  /** What the tracker captured. */
  origin?: unknown;
  frame: unknown;
  /** 0: not an asynchronous resource of its own. */
  id: number;
  trigger: number;
  resource: object;
}

const closedContexts = new SafeWeakMap<object, AsyncContext>();

class WithContext extends Given {
  #context: AsyncContext | undefined;
  static get(object: object): AsyncContext | undefined {
    return #context in object ? object.#context : closedContexts.get(object);
  }
  static set(object: object, context: AsyncContext): void {
    try {
      if (!(#context in object)) new WithContext(object);
      (object as WithContext).#context = context;
    } catch {
      closedContexts.set(object, context);
    }
  }
}

const closedHandlerContexts = new SafeWeakMap<object, AsyncContext>();

class WithHandlerContext extends Given {
  #context: AsyncContext | undefined;
  static get(object: object): AsyncContext | undefined {
    return #context in object ? object.#context : closedHandlerContexts.get(object);
  }
  static set(object: object, context: AsyncContext): void {
    try {
      if (!(#context in object)) new WithHandlerContext(object);
      (object as WithHandlerContext).#context = context;
    } catch {
      closedHandlerContexts.set(object, context);
    }
  }
}

/** The context that an object has itself. */
export const contexts: Pick<Stamps<AsyncContext>, 'get' | 'set'> = WithContext;
/** The one in which its handler was set, which is when its request or handle was made. */
export const handlerContexts: Pick<Stamps<AsyncContext>, 'get' | 'set'> = WithHandlerContext;
