import { fromBase64 } from '../stateCodec.ts';

/** Gives `count` random bytes of the host's generator, in base64. */
export type RandomBytes = (count: number) => string;

/** The part of Web Crypto that needs no keys. */
export function createCrypto(randomBytes: RandomBytes) {
  const fill = <T extends ArrayBufferView>(array: T): T => {
    if (array.byteLength > 65_536) throw new RangeError('At most 65536 bytes at one time.');
    const bytes = fromBase64(randomBytes(array.byteLength));
    new Uint8Array(array.buffer, array.byteOffset, array.byteLength).set(bytes);
    return array;
  };
  return {
    getRandomValues: fill,
    randomUUID: (): string => {
      const bytes = fill(new Uint8Array(16));
      bytes[6] = (bytes[6]! & 0x0f) | 0x40;
      bytes[8] = (bytes[8]! & 0x3f) | 0x80;
      const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
      return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
    },
  };
}
