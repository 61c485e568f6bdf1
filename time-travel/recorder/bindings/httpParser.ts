/** llhttp is pure and stays native. Only its way of reading the socket beneath JavaScript must be off. */
import { defineProperty, getOwnPropertyDescriptor } from '../../recording/safeBuiltins.ts';
import { wrapCall } from '../calls.ts';
import { internalBinding, type NativeClass, type NativeFunction } from '../natives.ts';

export function installHttpParser(): void {
  const { HTTPParser, ConnectionsList } = internalBinding('http_parser') as Record<string, NativeClass>;
  const parser = HTTPParser!.prototype as Record<string, unknown>;
  parser.consume = () => undefined;
  parser.unconsume = () => undefined;
  const list = ConnectionsList!.prototype;
  const expired = getOwnPropertyDescriptor(list, 'expired')!;
  defineProperty(list, 'expired', {
    ...expired,
    value: wrapCall(expired.value as NativeFunction, 'ConnectionsList.expired'),
  });
}
