import type { GuestError } from '../bridge/messages.ts';

const BOUNDARY = '(<isolated-vm boundary>)';
/** The name under which the guest runtime is compiled: its frames are not the program's. */
export const RUNTIME_NAME = 'apex:runtime';

/** Only names, text and guest frames: what lies behind the boundary is the host's and never shown. */
export function describeGuestError(thrown: unknown): GuestError {
  if (!isErrorLike(thrown)) return { name: 'Error', message: `Uncaught ${preview(thrown)}` };
  const name = text(thrown.name, 'Error');
  // V8 gives a place that is nobody's where a stack ends before the program begins.
  const message = text(thrown.message, '').replace(/ \[<isolated-vm>:\d+:\d+\]$/, '');
  const stack = typeof thrown.stack === 'string' ? guestStack(thrown.stack) : undefined;
  return {
    name: name.slice(0, 200),
    message: message.slice(0, 20_000),
    ...(stack && { stack: stack.slice(0, 40_000) }),
  };
}

/** A compile error with its place in front, as compilers print it; V8 gives the place only inside the message. */
export function describeSyntaxError(thrown: unknown): GuestError {
  const error = describeGuestError(thrown);
  const place = / \[(\S+:\d+:\d+)\]$/.exec(error.message);
  const message = place ? error.message.slice(0, place.index) : error.message;
  const where = place?.[1] ?? /^(\/app\/\S+?:\d+(:\d+)?)$/m.exec(error.stack ?? '')?.[1];
  return { name: error.name, message, ...(where && { stack: `${where}\n${error.name}: ${message}` }) };
}

export function guestStack(stack: string): string {
  const cut = stack.indexOf(BOUNDARY);
  const own = cut < 0 ? stack : stack.slice(0, stack.lastIndexOf('\n', cut));
  return own
    .split('\n')
    .filter((line) => !/^\s+at /.test(line) || !(line.includes(RUNTIME_NAME) || line.includes('file:///')))
    .join('\n');
}

function isErrorLike(thrown: unknown): thrown is { name?: unknown; message?: unknown; stack?: unknown } {
  return typeof thrown === 'object' && thrown !== null && 'message' in thrown;
}

function text(value: unknown, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise;
}

function preview(value: unknown): string {
  return typeof value === 'string' ? `'${value.slice(0, 1000)}'` : String(value).slice(0, 1000);
}
