/** Entry of the preloaded bundle `boundary.cjs`, started by `-r` with `APEX_BOUNDARY` in the environment. */
import { launchPath, logPath } from '../recording/layout.ts';
import { installBoundary } from './boundary.ts';
import { hideLoading } from './hide.ts';
import { writeLaunch } from './launchFile.ts';
import { BOUNDARY_VARIABLE, parseOrder } from './order.ts';
import { reportReplay } from './report.ts';

const order = parseOrder(process.env[BOUNDARY_VARIABLE]);
delete process.env[BOUNDARY_VARIABLE];
if (!order) hideLoading(__filename);
else {
  if (order.mode === 'replay') reportReplay(order.reportFd);
  const { mode, folder } = order;
  installBoundary({ mode, log: logPath(folder, order.process), ownFile: __filename });
  if (mode === 'record') writeLaunch(launchPath(folder, order.process));
}
