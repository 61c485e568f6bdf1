/** The log on disk, read and written beneath the boundary. */
import type { LogSource } from '../../recording/logFrames.ts';
import type { LogSink } from '../../recording/logWriter.ts';
import { subarray } from '../../recording/safeBuiltins.ts';
import { READ_ONLY, realNatives, WRITE_NEW } from '../start/natives.ts';

export function fileSink(path: string): LogSink {
  const fd = realNatives.open(path, WRITE_NEW, 0o600);
  return {
    write: (bytes, position) => realNatives.write(fd, bytes, position),
    truncate: (length) => realNatives.truncate(fd, length),
  };
}

export function fileSource(path: string): LogSource {
  const fd = realNatives.open(path, READ_ONLY, 0);
  return {
    size: realNatives.size(fd),
    read(position, length) {
      const bytes = new Uint8Array(length);
      let done = 0;
      while (done < length) {
        const count = realNatives.read(fd, subarray(bytes, done, length), position + done);
        if (count === 0) break;
        done += count;
      }
      return done === length ? bytes : subarray(bytes, 0, done);
    },
  };
}
