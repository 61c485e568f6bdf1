import { caseSensitivePath } from './caseSensitivePath.ts';
import { catastrophicPattern } from './catastrophicPattern.ts';
import { cleartextTransport } from './cleartextTransport.ts';
import { cloudOpenPort } from './cloud/openPorts.ts';
import { cloudExposure, cloudStorage, cloudTransport } from './cloud/resourceRules.ts';
import { cloudPermission } from './cloud/statements.ts';
import { codeInjection } from './codeInjection.ts';
import { commandInjection } from './commandInjection.ts';
import { timingUnsafeComparison, unverifiedToken, weakCipherRule } from './cryptoRules.ts';
import { disabledTls } from './disabledTls.ts';
import { dynamicCall } from './dynamicCall.ts';
import { exposedFolder } from './exposedFolder.ts';
import { forbiddenUse } from './forbiddenUse.ts';
import { hardcodedSecret } from './hardcodedSecret.ts';
import { incompleteAddressCheck } from './incompleteAddressCheck.ts';
import { incompleteSanitization } from './incompleteSanitization.ts';
import { crossSiteScripting, openRedirect, templateInjection } from './markupRules.ts';
import { messageOrigin } from './messageOrigin.ts';
import { pathTraversal } from './pathTraversal.ts';
import { personalData } from './personalData.ts';
import { prototypePollution } from './prototypePollution.ts';
import {
  dynamicRequire,
  headerInjection,
  logInjection,
  nosqlInjection,
  regexInjection,
  resourceExhaustion,
  serverSideRequestForgery,
  stackTraceExposure,
  unsafeDeserialization,
  xmlExternalEntities,
  xpathInjection,
} from './requestRules.ts';
import type { Rule } from './rule.ts';
import {
  anyOriginAllowed,
  disabledEscaping,
  disabledProtection,
  insecureCookie,
  openPermissions,
} from './serverRules.ts';
import { sqlInjection } from './sqlInjection.ts';
import { suppressionRule } from './suppressionRule.ts';
import { temporaryFile } from './temporaryFile.ts';
import { weakHash } from './weakHash.ts';
import { weakRandom } from './weakRandom.ts';

/** Every rule, in the order of the documentation. */
export const allRules: readonly Rule[] = [
  codeInjection,
  commandInjection,
  pathTraversal,
  sqlInjection,
  crossSiteScripting,
  templateInjection,
  nosqlInjection,
  serverSideRequestForgery,
  openRedirect,
  prototypePollution,
  unsafeDeserialization,
  dynamicRequire,
  dynamicCall,
  xmlExternalEntities,
  xpathInjection,
  regexInjection,
  headerInjection,
  resourceExhaustion,
  logInjection,
  stackTraceExposure,
  cleartextTransport,
  catastrophicPattern,
  incompleteSanitization,
  incompleteAddressCheck,
  hardcodedSecret,
  weakHash,
  weakRandom,
  disabledTls,
  weakCipherRule,
  unverifiedToken,
  timingUnsafeComparison,
  insecureCookie,
  anyOriginAllowed,
  messageOrigin,
  caseSensitivePath,
  exposedFolder,
  disabledProtection,
  disabledEscaping,
  openPermissions,
  temporaryFile,
  personalData,
  cloudExposure,
  cloudOpenPort,
  cloudPermission,
  cloudStorage,
  cloudTransport,
  forbiddenUse,
  suppressionRule,
];
