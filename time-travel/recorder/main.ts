/** The boundary itself, started by `load.ts` with `APEX_BOUNDARY` in the environment. */
import { launchPath, logPath } from '../recording/layout.ts';
import { showPostedOutput } from './bindings/threadPorts.ts';
import { installBoundary } from './boundary.ts';
import { followOutput } from './output/outputOrder.ts';
import { recordChildren } from './processes/children.ts';
import { afterRecording } from './processes/exit.ts';
import { claimName, writeLaunch } from './processes/launchFile.ts';
import { openParentChannel } from './processes/parentChannel.ts';
import { hideThreadOrder } from './processes/threadStart.ts';
import { isMainThread, recordThreads } from './processes/threads.ts';
import { noteAgreed } from './replaying/lastAgreed.ts';
import { reportReplay } from './replaying/report.ts';
import { codeCachePath } from './start/codeCache.ts';
import { hideLoading } from './start/hide.ts';
import { internalBinding, realNatives, WRITE_EXCLUSIVE } from './start/natives.ts';
import { BOUNDARY_VARIABLE, parseOrder } from './start/order.ts';
import { orderText } from './start/orderText.ts';

/** Given by `load.ts` where code is to be kept: what V8 has compiled so far. */
declare const makeCode: (() => Uint8Array) | undefined;

const order = parseOrder(orderText(require, internalBinding));
if (isMainThread) delete process.env[BOUNDARY_VARIABLE];
if (!order) hideLoading(__filename);
else {
  const { mode, folder, thread } = order;
  if (thread) hideThreadOrder(order);
  else if (mode === 'record') restoreNodeOptions(order.nodeOptions);
  if (order.shared) order.process = claimName(folder, order.process);
  if (mode === 'replay') reportReplay(order.reportFd);
  if (order.agreedFrom !== undefined) noteAgreed(order.agreedFrom);
  if (order.showPosted) showPostedOutput();
  installBoundary({
    mode,
    log: logPath(folder, order.process),
    ownFile: __filename,
    maxBytes: order.maxBytes,
    redact: order.redact,
    thread: thread && { processSeed: order.processSeed, sharesEnvironment: thread.sharesEnvironment === true },
  });
  if (mode === 'record') {
    writeLaunch(launchPath(folder, order.process), order);
    if (!order.alone) {
      recordChildren(order, __filename);
      recordThreads(order, __filename);
    }
    followOutput(order);
  }
  if (order.channel) openParentChannel(order.channel);
  const codePath = codeCachePath(order);
  if (codePath && makeCode) {
    const keep = () => writeCode(codePath, makeCode!);
    keep();
    // Once more with what a program made V8 compile, if it ends in a way that lets us.
    if (mode === 'record') afterRecording(keep);
  }
}

/** A start may be killed at any moment, and others may begin: only a whole file gets the name. */
function writeCode(path: string, makeCode: () => Uint8Array): void {
  const unfinished = `${path}.${process.pid}`;
  try {
    const code = makeCode();
    const fd = realNatives.open(unfinished, WRITE_EXCLUSIVE, 0o600);
    realNatives.write(fd, code, 0);
    realNatives.close(fd);
    realNatives.rename(unfinished, path);
  } catch {
    // A full disk, a folder that is gone, a program that changed its built-in functions: the next start compiles again.
  }
}

/** Where it led to the boundary, the program sees what it would without it. */
function restoreNodeOptions(nodeOptions: string | undefined): void {
  if (nodeOptions === undefined) delete process.env.NODE_OPTIONS;
  else process.env.NODE_OPTIONS = nodeOptions;
}
