/** llhttp is pure and stays native. Only its way of reading the socket beneath JavaScript must be off. */
import { defineProperty, getOwnPropertyDescriptor, reflectApply } from '../../recording/safeBuiltins.ts';
import { wrapCall } from '../calls.ts';
import { idOf, registerClass } from '../identities.ts';
import { internalBinding, type NativeClass, type NativeFunction } from '../natives.ts';

export function installHttpParser(): void {
  const { HTTPParser, ConnectionsList } = internalBinding('http_parser') as Record<string, NativeClass>;
  const parser = HTTPParser!.prototype as Record<string, unknown>;
  // The list of expired connections is logged: its parsers must be known by then.
  registerClass({ name: 'HTTPParser', type: HTTPParser!, shared: undefined, shim: undefined });
  const initialize = parser.initialize as NativeFunction;
  parser.initialize = function (this: object, ...args: unknown[]) {
    idOf(this);
    return reflectApply(initialize, this, args);
  };
  parser.consume = () => undefined;
  parser.unconsume = () => undefined;
  const list = ConnectionsList!.prototype;
  const expired = getOwnPropertyDescriptor(list, 'expired')!;
  defineProperty(list, 'expired', {
    ...expired,
    value: wrapCall(expired.value as NativeFunction, 'ConnectionsList.expired'),
  });
}
