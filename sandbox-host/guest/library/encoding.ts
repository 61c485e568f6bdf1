import { fromBase64, toBase64 } from '../stateCodec.ts';

/** UTF-8 as the Encoding standard defines it (https://encoding.spec.whatwg.org/): lone surrogates and bad bytes become U+FFFD. */
export class TextEncoder {
  readonly encoding = 'utf-8';

  encode(text = ''): Uint8Array<ArrayBuffer> {
    const bytes: number[] = [];
    for (const char of String(text)) {
      const given = char.codePointAt(0)!;
      const code = given >= 0xd800 && given <= 0xdfff ? 0xfffd : given;
      if (code < 0x80) bytes.push(code);
      else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 63));
      else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
      else bytes.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
    }
    return new Uint8Array(bytes);
  }
}

/** Lead byte ranges: how many bytes follow, and what the first of them may be (table 3-7 of the Unicode standard). */
function following(lead: number): { count: number; low: number; high: number } | undefined {
  if (lead >= 0xc2 && lead <= 0xdf) return { count: 1, low: 0x80, high: 0xbf };
  if (lead >= 0xe0 && lead <= 0xef)
    return { count: 2, low: lead === 0xe0 ? 0xa0 : 0x80, high: lead === 0xed ? 0x9f : 0xbf };
  if (lead >= 0xf0 && lead <= 0xf4)
    return { count: 3, low: lead === 0xf0 ? 0x90 : 0x80, high: lead === 0xf4 ? 0x8f : 0xbf };
  return undefined;
}

export class TextDecoder {
  readonly encoding = 'utf-8';
  readonly fatal: boolean;

  constructor(label = 'utf-8', options: { fatal?: boolean } = {}) {
    if (!/^(unicode-1-1-)?utf-?8$/i.test(label.trim()))
      throw new RangeError(`The "${label}" encoding is not supported.`);
    this.fatal = options.fatal ?? false;
  }

  decode(input: ArrayBuffer | ArrayBufferView = new ArrayBuffer(0)): string {
    const bytes = ArrayBuffer.isView(input)
      ? new Uint8Array(input.buffer, input.byteOffset, input.byteLength)
      : new Uint8Array(input);
    const start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
    const parts: string[] = [];
    for (let at = start; at < bytes.length; ) {
      const { code, next } = decodeOne(bytes, at);
      if (code === undefined && this.fatal) throw new TypeError('The encoded data was not valid for encoding utf-8');
      parts.push(String.fromCodePoint(code ?? 0xfffd));
      at = next;
    }
    return parts.join('');
  }
}

function decodeOne(bytes: Uint8Array, at: number): { code: number | undefined; next: number } {
  const lead = bytes[at]!;
  if (lead < 0x80) return { code: lead, next: at + 1 };
  const rest = following(lead);
  if (!rest) return { code: undefined, next: at + 1 };
  let code = lead & (0x3f >> rest.count);
  for (let step = 1; step <= rest.count; step++) {
    const byte = bytes[at + step];
    const [low, high] = step === 1 ? [rest.low, rest.high] : [0x80, 0xbf];
    if (byte === undefined || byte < low || byte > high) return { code: undefined, next: at + step };
    code = (code << 6) | (byte & 63);
  }
  return { code, next: at + rest.count + 1 };
}

export function btoa(text: string): string {
  const bytes = Uint8Array.from(String(text), (char) => {
    const code = char.charCodeAt(0);
    if (code > 255) throw new RangeError('Invalid character');
    return code;
  });
  return toBase64(bytes);
}

export function atob(text: string): string {
  const clean = String(text).replaceAll(/[\t\n\f\r ]/g, '');
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(clean) || clean.replace(/=+$/, '').length % 4 === 1) {
    throw new RangeError('The string to be decoded is not correctly encoded.');
  }
  return Array.from(fromBase64(clean), (byte) => String.fromCharCode(byte)).join('');
}
