import { dataModel } from './data.ts';
import { databaseModel } from './databases.ts';
import { httpModel } from './http.ts';
import { markupModel } from './markup.ts';
import type { Model } from './model.ts';
import { nodeModel } from './node.ts';
import { serverModel } from './servers.ts';
import { webModel } from './web.ts';

/** The models that come with Apex. */
export const builtinModels: readonly Model[] = [
  nodeModel,
  webModel,
  serverModel,
  databaseModel,
  httpModel,
  markupModel,
  dataModel,
];
