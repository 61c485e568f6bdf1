import type { CallEvent, Machine } from '../../flow/machine.ts';
import { unwrap } from '../../syntax/parse.ts';
import { ts } from '../../syntax/typescript.ts';
import { constantOf, knownText, type Value } from '../../values/value.ts';
import type { Rule } from '../rule.ts';
import { cdkName, constructSetting, isMember, settingOf } from './setting.ts';

const id = 'cloud-open-admin-port';
/** SSH and the remote desktop. */
const adminPorts = [22, 3389];
const anywhere = new Set(['0.0.0.0/0', '::/0']);

/** Places of peers and ports that calls such as `Peer.ipv4('0.0.0.0/0')` make: their values only say which call. */
interface Made {
  open: WeakSet<ts.Node>;
  admin: WeakSet<ts.Node>;
}
const made: Made = { open: new WeakSet(), admin: new WeakSet() };

function call(event: CallEvent, machine: Machine): void {
  const name = cdkName(event);
  if (name?.startsWith('aws-ec2.')) {
    note(made.open, event.node, isOpenPeer(name, event));
    note(made.admin, event.node, isAdminPort(name, event));
    if (name === 'aws-ec2.CfnSecurityGroup') checkRules(constructSettingList(event), event, machine);
    if (name === 'aws-ec2.CfnSecurityGroupIngress') checkRules(event.arguments.slice(2, 3), event, machine);
  }
  const nodes = ts.isTaggedTemplateExpression(event.node) ? [] : [...(event.node.arguments ?? [])].map(unwrap);
  const [first, second] = nodes;
  if (/^(addIngressRule|allowFrom)$/.test(event.name)) {
    if (first && second && made.open.has(first) && made.admin.has(second)) complain(first, event, machine);
  } else if (event.name === 'allowFromAnyIpv4' && first && made.admin.has(first)) complain(first, event, machine);
}

/** The same call may be another after an edit elsewhere. */
function note(set: WeakSet<ts.Node>, node: ts.Node, holds: boolean): void {
  if (holds) set.add(node);
  else set.delete(node);
}

function complain(node: ts.Node, event: CallEvent, machine: Machine): void {
  machine.report(id, node, event.frame.unit, { message: 'Anyone on the internet may try to log in to the machine.' });
}

function isOpenPeer(name: string, event: CallEvent): boolean {
  if (/\.Peer\.anyIpv[46]$/.test(name)) return true;
  return /\.Peer\.ipv[46]$/.test(name) && anywhere.has(knownText(event.arguments[0] ?? { taints: [] }) ?? '');
}

function isAdminPort(name: string, event: CallEvent): boolean {
  const [first, second] = event.arguments.map((value) => constantOf(value)?.value);
  if (/\.Port\.(allTcp|allTraffic)$/.test(name)) return true;
  if (/\.Port\.tcp$/.test(name)) return holdsAdminPort(first, first);
  if (/\.Port\.tcpRange$/.test(name)) return holdsAdminPort(first, second);
  if (name !== 'aws-ec2.Port') return false;
  const protocol = settingOf(event.arguments[0], ['protocol']);
  if (protocol.state !== 'set' || !isMember(protocol.value, 'TCP', 'ALL')) return false;
  return rangeHolds(event.arguments[0]);
}

function holdsAdminPort(from: unknown, to: unknown): boolean {
  return typeof from === 'number' && typeof to === 'number' && adminPorts.some((port) => from <= port && port <= to);
}

function rangeHolds(options: Value | undefined): boolean {
  const [from, to] = ['fromPort', 'toPort'].map((name) => {
    const setting = settingOf(options, [name]);
    return setting.state === 'set' ? constantOf(setting.value)?.value : undefined;
  });
  return holdsAdminPort(from, to);
}

function constructSettingList(event: CallEvent): Value[] {
  const list = constructSetting(event, ['securityGroupIngress']);
  if (list.state !== 'set') return [];
  return list.value.object?.kind === 'array' ? [...list.value.object.properties.values()] : [list.value];
}

/** Ingress rules as CloudFormation writes them. */
function checkRules(rules: readonly Value[], event: CallEvent, machine: Machine): void {
  for (const rule of rules) {
    const protocol = settingOf(rule, ['ipProtocol']);
    const named = protocol.state === 'set' ? String(constantOf(protocol.value)?.value) : '';
    const everything = named === '-1';
    if (!everything && !(['tcp', '6'].includes(named) && rangeHolds(rule))) continue;
    for (const name of ['cidrIp', 'cidrIpv6']) {
      const range = settingOf(rule, [name]);
      if (range.state !== 'set' || !anywhere.has(knownText(range.value) ?? '')) continue;
      complain(range.node ?? event.node, event, machine);
    }
  }
}

export const cloudOpenPort: Rule = {
  id,
  title: 'Administration port open to the internet',
  cwe: [284, 668],
  owasp: 'A05:2021 Security Misconfiguration',
  severity: 'high',
  confidence: 'high',
  explanation:
    'SSH and remote desktop that answer every address are tried by robots within minutes. Allow the addresses of your own ' +
    'network, or go through a session manager.',
  wrong: `import * as ec2 from 'aws-cdk-lib/aws-ec2';
export function open(group) {
  group.addIngressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(22));
}
`,
  right: `import * as ec2 from 'aws-cdk-lib/aws-ec2';
export function open(group) {
  group.addIngressRule(ec2.Peer.ipv4('198.51.100.0/24'), ec2.Port.tcp(22));
}
`,
  observer: { call },
};
