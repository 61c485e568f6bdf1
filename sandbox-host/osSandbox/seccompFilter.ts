/** Offsets in `struct seccomp_data` (linux/seccomp.h). */
const NUMBER = 0;
const ARCHITECTURE = 4;
const FIRST_ARGUMENT = 16;

/** Codes of classic BPF (linux/bpf_common.h): load a word, jump if equal, jump if at least, jump if bits are set, return. */
const LOAD = 0x20;
const JUMP_EQUAL = 0x15;
const JUMP_AT_LEAST = 0x35;
const JUMP_SET = 0x45;
const RETURN = 0x06;

/** Answers of a filter (linux/seccomp.h) with errno in the low half. */
const ALLOW = 0x7fff0000;
const KILL_PROCESS = 0x80000000;
const NOT_PERMITTED = 0x00050000 | 1;
const NO_SUCH_CALL = 0x00050000 | 38;

const CLONE_THREAD = 0x00010000;
/** System calls of x86-64's x32 form have this bit: they would go round the list. */
const X32_BIT = 0x40000000;

/** The same numbers on both architectures (the table of new calls is common since Linux 5.1). */
const DENIED_EVERYWHERE = {
  io_uring_setup: 425,
  io_uring_enter: 426,
  io_uring_register: 427,
  open_tree: 428,
  move_mount: 429,
  fsopen: 430,
  fsconfig: 431,
  fsmount: 432,
  fspick: 433,
  pidfd_open: 434,
  pidfd_getfd: 438,
  process_madvise: 440,
  mount_setattr: 442,
  memfd_secret: 447,
};

interface Architecture {
  /** AUDIT_ARCH_* of linux/audit.h. */
  audit: number;
  clone: number;
  clone3: number;
  denied: Record<string, number>;
}

const ARCHITECTURES: Partial<Record<NodeJS.Architecture, Architecture>> = {
  x64: {
    audit: 0xc000003e,
    clone: 56,
    clone3: 435,
    // biome-ignore format: a table of numbers from arch/x86/entry/syscalls/syscall_64.tbl
    denied: {
      socket: 41, connect: 42, accept: 43, bind: 49, listen: 50, socketpair: 53, fork: 57, vfork: 58, ptrace: 101,
      syslog: 103, personality: 135, pivot_root: 155, chroot: 161, acct: 163, mount: 165, umount2: 166, swapon: 167,
      swapoff: 168, reboot: 169, init_module: 175, delete_module: 176, quotactl: 179, kexec_load: 246, add_key: 248,
      request_key: 249, keyctl: 250, unshare: 272, accept4: 288, perf_event_open: 298, name_to_handle_at: 303,
      open_by_handle_at: 304, setns: 308, process_vm_readv: 310, process_vm_writev: 311, finit_module: 313,
      memfd_create: 319, kexec_file_load: 320, bpf: 321, execveat: 322, userfaultfd: 323,
      shmget: 29, shmat: 30, semget: 64, msgget: 68, modify_ldt: 154, iopl: 172, ioperm: 173, lookup_dcookie: 212,
      mq_open: 240, migrate_pages: 256, move_pages: 279, fanotify_init: 300, kcmp: 312,
      link: 86, symlink: 88, mknod: 133, mknodat: 259, linkat: 265, symlinkat: 266,
    },
  },
  arm64: {
    audit: 0xc00000b7,
    clone: 220,
    clone3: 435,
    // biome-ignore format: a table of numbers from include/uapi/asm-generic/unistd.h
    denied: {
      umount2: 39, mount: 40, pivot_root: 41, chroot: 51, quotactl: 60, acct: 89, personality: 92, unshare: 97,
      kexec_load: 104, init_module: 105, delete_module: 106, syslog: 116, ptrace: 117, reboot: 142, socket: 198,
      socketpair: 199, bind: 200, listen: 201, accept: 202, connect: 203, add_key: 217, request_key: 218, keyctl: 219,
      swapon: 224, swapoff: 225, perf_event_open: 241, accept4: 242, name_to_handle_at: 264, open_by_handle_at: 265,
      setns: 268, process_vm_readv: 270, process_vm_writev: 271, finit_module: 273, memfd_create: 279, bpf: 280,
      execveat: 281, userfaultfd: 282, kexec_file_load: 294, mknodat: 33, symlinkat: 36, linkat: 37,
      lookup_dcookie: 18, mq_open: 180, msgget: 186, semget: 190, shmget: 194, shmat: 196, migrate_pages: 238,
      move_pages: 239, fanotify_init: 262, kcmp: 272,
    },
  },
};

/**
 * A seccomp program for a sandbox worker, as `bwrap --seccomp` reads it: no sockets, no new processes (threads are allowed),
 * no memory that is counted to nobody, no links or devices in a folder that it may write to, no mounts, no tracing, no kernel interfaces that a JavaScript engine has no use for. `execve` stays: bubblewrap itself needs
 * it after the filter is set, and it can only replace the worker by a file of the worker's own empty world.
 * @returns undefined on an architecture without a table
 */
export function seccompFilter(arch: NodeJS.Architecture = process.arch): Buffer | undefined {
  const architecture = ARCHITECTURES[arch];
  if (!architecture) return undefined;
  const denied = [...Object.values(architecture.denied), ...Object.values(DENIED_EVERYWHERE)];
  const program: Instruction[] = [
    [LOAD, 0, 0, ARCHITECTURE],
    [JUMP_EQUAL, 1, 0, architecture.audit],
    [RETURN, 0, 0, KILL_PROCESS],
    [LOAD, 0, 0, NUMBER],
    ...answer(JUMP_AT_LEAST, X32_BIT, NOT_PERMITTED),
    // The C library takes ENOSYS for an old kernel and uses clone, whose flags a filter can read.
    ...answer(JUMP_EQUAL, architecture.clone3, NO_SUCH_CALL),
    ...denied.flatMap((number) => answer(JUMP_EQUAL, number, NOT_PERMITTED)),
    [JUMP_EQUAL, 1, 0, architecture.clone],
    [RETURN, 0, 0, ALLOW],
    [LOAD, 0, 0, FIRST_ARGUMENT],
    [JUMP_SET, 1, 0, CLONE_THREAD],
    [RETURN, 0, 0, NOT_PERMITTED],
    [RETURN, 0, 0, ALLOW],
  ];
  return assemble(program);
}

/** Code, jump when true, jump when false, operand. */
type Instruction = readonly [code: number, jumpTrue: number, jumpFalse: number, operand: number];

/** When the loaded word matches, that is the answer; else the program goes on. */
function answer(test: number, operand: number, result: number): Instruction[] {
  return [
    [test, 0, 1, operand],
    [RETURN, 0, 0, result],
  ];
}

function assemble(program: Instruction[]): Buffer {
  const bytes = Buffer.alloc(program.length * 8);
  program.forEach(([code, jumpTrue, jumpFalse, operand], at) => {
    bytes.writeUInt16LE(code, at * 8);
    bytes.writeUInt8(jumpTrue, at * 8 + 2);
    bytes.writeUInt8(jumpFalse, at * 8 + 3);
    bytes.writeUInt32LE(operand >>> 0, at * 8 + 4);
  });
  return bytes;
}
