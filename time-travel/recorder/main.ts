/** Entry of the preloaded bundle `boundary.cjs`, started by `-r` with `APEX_BOUNDARY` in the environment. */
import { launchPath, logPath } from '../recording/layout.ts';
import { installBoundary } from './boundary.ts';
import { recordChildren } from './children.ts';
import { hideLoading } from './hide.ts';
import { claimName, writeLaunch } from './launchFile.ts';
import { BOUNDARY_VARIABLE, parseOrder } from './order.ts';
import { followOutput } from './outputOrder.ts';
import { openParentChannel } from './parentChannel.ts';
import { reportReplay } from './report.ts';

const order = parseOrder(process.env[BOUNDARY_VARIABLE]);
delete process.env[BOUNDARY_VARIABLE];
if (!order) hideLoading(__filename);
else {
  const { mode, folder } = order;
  if (mode === 'record') restoreNodeOptions(order.nodeOptions);
  if (order.shared) order.process = claimName(folder, order.process);
  if (mode === 'replay') reportReplay(order.reportFd);
  installBoundary({ mode, log: logPath(folder, order.process), ownFile: __filename, maxBytes: order.maxBytes });
  if (mode === 'record') {
    writeLaunch(launchPath(folder, order.process), order);
    recordChildren(order, __filename);
    followOutput(order);
  }
  if (order.channel) openParentChannel(order.channel);
}

/** Where it led to the boundary, the program sees what it would without it. */
function restoreNodeOptions(nodeOptions: string | undefined): void {
  if (nodeOptions === undefined) delete process.env.NODE_OPTIONS;
  else process.env.NODE_OPTIONS = nodeOptions;
}
