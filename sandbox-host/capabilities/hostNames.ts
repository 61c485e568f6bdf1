import { BlockList, isIP, isIPv6 } from 'node:net';
import { posix } from 'node:path';

/** This machine, and the neighbours of a link where clouds keep their keys. */
const OWN = new BlockList();
const LOOPBACK = new BlockList();
for (const [net, bits] of [['127.0.0.0', 8] as const, ['0.0.0.0', 8] as const]) addSubnet(LOOPBACK, net, bits);
for (const [net, bits] of [['127.0.0.0', 8] as const, ['0.0.0.0', 8] as const, ['169.254.0.0', 16] as const]) {
  addSubnet(OWN, net, bits);
}
for (const address of ['::', '::1']) LOOPBACK.addAddress(address, 'ipv6');
for (const address of ['::', '::1', 'fd00:ec2::254']) OWN.addAddress(address, 'ipv6');
OWN.addSubnet('fe80::', 10, 'ipv6');

function addSubnet(list: BlockList, net: string, bits: number): void {
  list.addSubnet(net, bits, 'ipv4');
  list.addSubnet(`::ffff:${net}`, 96 + bits, 'ipv6');
}

export function isOwnAddress(address: string): boolean {
  return OWN.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}

/** `localhost` and names below it lead to this machine without being looked up. */
export function isLocalName(hostname: string): boolean {
  return /(^|\.)localhost\.?$/.test(hostname);
}

/** The address of a URL with another host in it; an IPv6 address needs no brackets. */
export function withHost(url: URL, host: string): string {
  const other = new URL(url);
  other.hostname = isIPv6(host) ? `[${host}]` : host;
  return other.href;
}

/**
 * The other ways to write the address of a URL that lead to the same place: those of its host, and those of its path. A rule that
 * denies one of them means all. As texts, because a pattern may be written with or without escapes.
 */
export function otherNames(url: URL): string[] {
  const names = new Set<string>();
  for (const host of [undefined, ...otherHosts(url)]) {
    const named = host === undefined ? url.href : withHost(url, host);
    const origin = new URL(named).origin;
    names.add(named);
    for (const path of otherPaths(url)) names.add(origin + path);
  }
  names.delete(url.href);
  return [...names];
}

/** Without the dot at the end of a name, IPv4 in the place of the IPv6 that stands for it, and the usual names of this machine. */
function otherHosts(url: URL): string[] {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const names = new Set<string>();
  if (host.endsWith('.')) names.add(host.slice(0, -1));
  const mapped = /^::ffff:([0-9a-f]+):([0-9a-f]+)$/.exec(host);
  if (mapped) names.add(dotted(mapped[1]!, mapped[2]!));
  if (isLocalName(host) || (isIP(host) && LOOPBACK.check(host, isIPv6(host) ? 'ipv6' : 'ipv4'))) {
    for (const name of ['localhost', '127.0.0.1', '::1', '0.0.0.0']) names.add(name);
  }
  names.delete(host);
  return [...names];
}

/**
 * Paths (with the query) that servers take for the same one: escapes undone, slashes in a row as one, dots resolved after that,
 * no empty query.
 */
function otherPaths({ pathname, search }: URL): string[] {
  const decoded = unescaped(pathname);
  const merged = decoded.replaceAll(/\/{2,}/g, '/').replaceAll('\\', '/');
  const resolved = posix.normalize(merged);
  const paths = new Set([pathname, decoded, merged, resolved, encodeURI(resolved)]);
  const queries = new Set([search, unescaped(search)]);
  return [...paths].flatMap((path) => [...queries].map((query) => path + query));
}

/** What is no escape of UTF-8 stays as it is. */
function unescaped(text: string): string {
  return text.replaceAll(/(?:%[0-9a-f]{2})+/gi, (escapes) => {
    try {
      return decodeURIComponent(escapes);
    } catch {
      return escapes;
    }
  });
}

function dotted(high: string, low: string): string {
  const [a, b] = [Number.parseInt(high, 16), Number.parseInt(low, 16)];
  return [a >> 8, a & 255, b >> 8, b & 255].join('.');
}
