import type { Calls } from '../dispatcher.ts';
import { fromBase64, toBase64 } from '../stateCodec.ts';
import { TextDecoder, TextEncoder } from './encoding.ts';

type Encoding = string | { encoding?: string | null } | null | undefined;
type Data = string | ArrayBufferView | ArrayBuffer;

/** The part of `node:fs/promises` that the host offers. Paths are the guest's: `/app/` is the folder of the program. */
export function createFiles({ call }: Calls) {
  const write = (path: unknown, data: Data, append: boolean) =>
    call('fs.writeFile', { path: String(path), base64: toBase64(bytesOf(data)), append });
  return {
    async readFile(path: unknown, options?: Encoding) {
      const { base64 } = (await call('fs.readFile', { path: String(path) })) as { base64: string };
      const bytes = fromBase64(base64);
      const encoding = typeof options === 'string' ? options : options?.encoding;
      return encoding ? new TextDecoder(encoding).decode(bytes) : bytes;
    },
    writeFile: (path: unknown, data: Data) => write(path, data, false).then(() => undefined),
    appendFile: (path: unknown, data: Data) => write(path, data, true).then(() => undefined),
    readdir: (path: unknown) => call('fs.readdir', { path: String(path) }),
    async stat(path: unknown) {
      const { kind, size, modifiedMs } = (await call('fs.stat', { path: String(path) })) as Stat;
      return {
        size,
        mtimeMs: modifiedMs,
        mtime: new Date(modifiedMs),
        isFile: () => kind === 'file',
        isDirectory: () => kind === 'directory',
        isSymbolicLink: () => kind === 'link',
      };
    },
    access: (path: unknown) => call('fs.stat', { path: String(path) }).then(() => undefined),
    mkdir: (path: unknown, options: { recursive?: boolean } = {}) =>
      call('fs.mkdir', { path: String(path), recursive: options.recursive === true }).then(() => undefined),
    rm: (path: unknown, options: { recursive?: boolean; force?: boolean } = {}) =>
      call('fs.rm', { path: String(path), recursive: options.recursive === true, force: options.force === true }).then(
        () => undefined,
      ),
    unlink: (path: unknown) =>
      call('fs.rm', { path: String(path), recursive: false, force: false }).then(() => undefined),
  };
}

interface Stat {
  kind: string;
  size: number;
  modifiedMs: number;
}

export function bytesOf(data: Data): Uint8Array {
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return new TextEncoder().encode(String(data));
}
