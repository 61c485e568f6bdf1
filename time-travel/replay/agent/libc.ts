/**
 * The C library's calls that replay needs and Node does not offer: `fork`, and blocking sockets that work while the
 * program's own natives answer from a recording. Linux only.
 */
export interface Libc {
  /** A copy of this process: 0 in the copy, its process id in the original. */
  fork(): number;
  exit(code: number): void;
  processId(): number;
  /** A blocking stream socket to a Unix socket path; throws when nobody listens there. */
  connect(path: string): number;
  read(fd: number, into: Uint8Array): number;
  write(fd: number, from: Uint8Array, length: number): number;
  close(fd: number): void;
  /** Whether the other end of a socket is closed and everything it sent has been read. */
  isClosed(fd: number): boolean;
  /** Milliseconds of a monotonic clock, whatever the program's clock says. */
  now(): number;
  /**
   * Milliseconds of a processor that this process has used, and those of them in which the kernel worked for it, for
   * example to copy a page that is shared with a copy.
   */
  processorTime(): { whole: number; kernel: number };
}

interface Koffi {
  /** Without a name: what the program itself exports. */
  load(library: string | null): { func(signature: string): (...args: unknown[]) => number | bigint };
}

const AF_UNIX = 1;
const SOCK_STREAM = 1;
const SOCK_CLOEXEC = 0o2000000;
const CLOCK_MONOTONIC = 1;
const RUSAGE_SELF = 0;
/** Look at what has come, and do not wait for it. */
const MSG_PEEK = 0x02;
const MSG_DONTWAIT = 0x40;
const SIGCHLD = 17;
const SIG_IGN = 1;
const MADV_DOFORK = 11;
/** Every mapping of a 47-bit address space except the vvar pages at the very top. */
const ADDRESS_SPACE = { start: 0x10000, length: 0x7ffffffe0000 };

/**
 * `addon` is koffi's prebuilt module. It is opened without Node's module loader, whose caches the program would notice.
 * @throws where the addon or the C library cannot be opened.
 */
export function openLibc(addon: string): Libc {
  const module = { exports: {} as Koffi };
  process.dlopen(module, addon);
  const library = openLibrary(module.exports);
  // Called one by one and without spreading arguments: the program may have changed how arrays are iterated.
  const fork = library.func('int fork()');
  const madvise = library.func('int madvise(uint64_t, uint64_t, int)');
  const socket = library.func('int socket(int, int, int)');
  const connect = library.func('int connect(int, const void*, int)');
  const read = library.func('long read(int, void*, long)');
  const write = library.func('long write(int, const void*, long)');
  const receive = library.func('long recv(int, void*, long, int)');
  const close = library.func('int close(int)');
  const clock = library.func('int clock_gettime(int, void*)');
  const usage = library.func('int getrusage(int, void*)');
  const exit = library.func('void _exit(int)');
  const getpid = library.func('int getpid()');
  // Nobody waits for checkpoints: without this they would stay as zombies.
  library.func('void* signal(int, intptr_t)')(SIGCHLD, SIG_IGN);
  const node = module.exports.load(null);
  const defaultLoop = node.func('void* uv_default_loop()');
  const forkLoop = node.func('int uv_loop_fork(void*)');
  const time = new Uint8Array(16);
  const peeked = new Uint8Array(1);
  const timeView = new DataView(time.buffer);
  // `struct rusage`: two pairs of seconds and microseconds, of the program and of the kernel, then 14 numbers.
  const used = new Uint8Array(144);
  const usedView = new DataView(used.buffer);
  return {
    fork() {
      // Node marks V8's heap "not for children". No allocation may happen between these two calls.
      madvise(ADDRESS_SPACE.start, ADDRESS_SPACE.length, MADV_DOFORK);
      const copy = Number(fork());
      // Else both would put entries into one ring of io_uring, and libuv ends the process that finds the other's in it.
      if (copy === 0) forkLoop(defaultLoop());
      return copy;
    },
    exit: (code) => void exit(code),
    processId: () => Number(getpid()),
    connect(path) {
      const address = unixAddress(path);
      const fd = Number(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
      if (fd < 0 || Number(connect(fd, address, address.length)) !== 0) throw new Error(`cannot connect to ${path}`);
      return fd;
    },
    read: (fd, into) => Number(read(fd, into, into.length)),
    write: (fd, from, length) => Number(write(fd, from, length)),
    close: (fd) => void close(fd),
    isClosed: (fd) => Number(receive(fd, peeked, 1, MSG_PEEK | MSG_DONTWAIT)) === 0,
    now() {
      clock(CLOCK_MONOTONIC, time);
      return Number(timeView.getBigInt64(0, true)) * 1e3 + Number(timeView.getBigInt64(8, true)) / 1e6;
    },
    processorTime() {
      usage(RUSAGE_SELF, used);
      const at = (place: number) =>
        Number(usedView.getBigInt64(place, true)) * 1e3 + Number(usedView.getBigInt64(place + 8, true)) / 1e3;
      const kernel = at(16);
      return { whole: at(0) + kernel, kernel };
    },
  };
}

function openLibrary(koffi: Koffi) {
  try {
    return koffi.load('libc.so.6');
  } catch {
    return koffi.load('libc.so');
  }
}

/** `struct sockaddr_un`: a family of 16 bits, then the path in 108 bytes. */
function unixAddress(path: string): Uint8Array {
  const bytes = Buffer.from(path);
  if (bytes.length > 107) throw new Error(`socket path too long: ${path}`);
  const address = new Uint8Array(110);
  new DataView(address.buffer).setUint16(0, AF_UNIX, true);
  address.set(bytes, 2);
  return address;
}
