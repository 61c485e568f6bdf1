import type { Action } from './action.ts';
import { bridgeActions } from './bridges.ts';
import { lifecycleActions } from './lifecycle.ts';
import { moduleActions } from './modules.ts';
import { permissionActions } from './permissions.ts';
import { securityActions } from './security.ts';
import { stateActions } from './state.ts';

/** Everything that `apex sandbox` can do, in the order in which help shows it. */
export const actions: Record<string, Action> = {
  ...lifecycleActions,
  ...moduleActions,
  ...stateActions,
  ...bridgeActions,
  ...permissionActions,
  ...securityActions,
};
