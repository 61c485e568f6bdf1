import type { CallEvent, Machine } from '../../flow/machine.ts';
import type { Severity } from '../../report/finding.ts';
import type { ts } from '../../syntax/typescript.ts';
import { isFalse, isTrue, knownText, type Value } from '../../values/value.ts';
import type { Rule } from '../rule.ts';
import { exposure, type ResourceSetting, storage, transport } from './resources.ts';
import { cdkName, constructSetting, isMember, type Setting, settingOf } from './setting.ts';

/** Reports the settings of a table that a construct has wrong. */
function check(id: string, table: readonly ResourceSetting[]) {
  const byConstruct = new Map<string, ResourceSetting[]>();
  for (const row of table) for (const name of row.constructs) put(byConstruct, name, row);
  return (event: CallEvent, machine: Machine): void => {
    const rows = byConstruct.get(cdkName(event) ?? '');
    for (const row of rows ?? []) {
      for (const setting of settings(event, row.path)) {
        const fault = faultOf(setting, row, event);
        if (!fault) continue;
        const message = `${row.problem}: \`${row.path.filter((name) => name !== '*').join('.')}\` ${fault.how}.`;
        const severity: { severity?: Severity } = fault.how === 'is not set' ? { severity: 'low' } : {};
        machine.report(id, fault.node ?? calleeOf(event), event.frame.unit, { message, ...severity });
      }
    }
  };
}

function put<T>(map: Map<string, T[]>, key: string, value: T): void {
  map.set(key, [...(map.get(key) ?? []), value]);
}

function calleeOf(event: CallEvent): ts.Node {
  return 'expression' in event.node ? event.node.expression : event.node;
}

/** One setting, or one for each element where the path goes through a list. */
function settings(event: CallEvent, path: readonly string[]): Setting[] {
  const star = path.indexOf('*');
  if (star < 0) return [constructSetting(event, path)];
  const list = constructSetting(event, path.slice(0, star));
  if (list.state !== 'set' || list.value.object?.kind !== 'array') return [];
  return [...list.value.object.properties.values()].map((element) => settingOf(element, path.slice(star + 1)));
}

function faultOf(
  setting: Setting,
  row: ResourceSetting,
  event: CallEvent,
): { how: string; node: ts.Node | undefined } | undefined {
  if (setting.state === 'unknown') return undefined;
  if (setting.state === 'missing') {
    const excused = row.unless?.some((name) => constructSetting(event, [name]).state !== 'missing');
    return row.missing && !excused ? { how: 'is not set', node: setting.node } : undefined;
  }
  const how = wrongValue(setting.value, row);
  return how === undefined ? undefined : { how: `is ${how}`, node: setting.node };
}

function wrongValue(value: Value, row: ResourceSetting): string | undefined {
  if (row.value === false && isFalse(value)) return 'false';
  if (row.value === true && isTrue(value)) return 'true';
  return row.names?.find((name) => knownText(value) === name || isMember(value, name));
}

const owasp = 'A05:2021 Security Misconfiguration';

export const cloudStorage: Rule = {
  id: 'cloud-storage-unencrypted',
  title: 'Cloud storage without encryption',
  cwe: [311],
  owasp,
  severity: 'medium',
  confidence: 'high',
  explanation:
    'What lies in this store can be read by whoever gets at the disk, a snapshot or a backup. Turn encryption at rest on, ' +
    'or name a key.',
  wrong: `import { Stack } from 'aws-cdk-lib';
import { DatabaseCluster } from 'aws-cdk-lib/aws-rds';
export class Data extends Stack {
  constructor(scope, id, options) {
    super(scope, id, options);
    new DatabaseCluster(this, 'orders', { ...options.database, storageEncrypted: false });
  }
}
`,
  right: `import { Stack } from 'aws-cdk-lib';
import { DatabaseCluster } from 'aws-cdk-lib/aws-rds';
export class Data extends Stack {
  constructor(scope, id, options) {
    super(scope, id, options);
    new DatabaseCluster(this, 'orders', { ...options.database, storageEncrypted: true });
  }
}
`,
  observer: { call: check('cloud-storage-unencrypted', storage) },
};

export const cloudTransport: Rule = {
  id: 'cloud-cleartext-traffic',
  title: 'Cloud resource that accepts unencrypted traffic',
  cwe: [319],
  owasp,
  severity: 'medium',
  confidence: 'high',
  explanation:
    'Data on its way to or from this resource can be read and changed by whoever sits on the network. Ask for TLS, or turn ' +
    'encryption in transit on.',
  wrong: `import { Stack } from 'aws-cdk-lib';
import { CfnReplicationGroup } from 'aws-cdk-lib/aws-elasticache';
export class Cache extends Stack {
  constructor(scope, id) {
    super(scope, id);
    new CfnReplicationGroup(this, 'sessions', { transitEncryptionEnabled: false });
  }
}
`,
  right: `import { Stack } from 'aws-cdk-lib';
import { CfnReplicationGroup } from 'aws-cdk-lib/aws-elasticache';
export class Cache extends Stack {
  constructor(scope, id) {
    super(scope, id);
    new CfnReplicationGroup(this, 'sessions', { transitEncryptionEnabled: true });
  }
}
`,
  observer: { call: check('cloud-cleartext-traffic', transport) },
};

export const cloudExposure: Rule = {
  id: 'cloud-public-resource',
  title: 'Cloud resource open to the internet',
  cwe: [284, 732, 668],
  owasp: 'A01:2021 Broken Access Control',
  severity: 'high',
  confidence: 'medium',
  explanation:
    'Anyone who finds the address can reach this resource. Keep buckets private, databases and machines in private ' +
    'subnets, and ask callers of an API who they are.',
  wrong: `import * as s3 from 'aws-cdk-lib/aws-s3';
export function uploads(stack, options) {
  return new s3.Bucket(stack, 'uploads', { ...options, accessControl: s3.BucketAccessControl.PUBLIC_READ });
}
`,
  right: `import * as s3 from 'aws-cdk-lib/aws-s3';
export function uploads(stack, options) {
  return new s3.Bucket(stack, 'uploads', { ...options, accessControl: s3.BucketAccessControl.PRIVATE });
}
`,
  observer: { call: check('cloud-public-resource', exposure) },
};
