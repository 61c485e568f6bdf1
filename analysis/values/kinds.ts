/** What can go wrong with a tainted value: each kind is one bit, so that a value knows what it has been cleared of. */
export const sinkKinds = [
  'code',
  'command',
  'path',
  'sql',
  'nosql',
  'xss',
  'redirect',
  'ssrf',
  'pattern',
  'backtracking',
  'template',
  'deserialize',
  'xml',
  'log',
  'format',
  'header',
  'key',
  'merge',
  'module',
  'xpath',
  'ldap',
  'allocation',
  'exposure',
  'argument',
  'cleartext',
  'type',
  // The folder in front of other names: harmless where the program that uses a package decides it.
  'folder',
] as const;

export type SinkKind = (typeof sinkKinds)[number];
/** A set of sink kinds, one bit each. */
export type KindSet = number;

const bits = new Map<SinkKind, number>(sinkKinds.map((kind, index) => [kind, 1 << index]));

export const noKinds: KindSet = 0;
export const everyKind: KindSet = (1 << sinkKinds.length) - 1;

export function kindSet(...kinds: readonly SinkKind[]): KindSet {
  return kinds.reduce((set, kind) => set | bits.get(kind)!, 0);
}

export function hasKind(set: KindSet, kind: SinkKind): boolean {
  return (set & bits.get(kind)!) !== 0;
}

/** Where untrusted data comes from; the tiers differ in how far an attacker stands from it. */
export type SourceKind =
  | 'request'
  | 'browser'
  | 'message'
  | 'response'
  | 'local'
  | 'file'
  | 'secret'
  | 'error'
  | 'cleartext'
  | 'parameter';
