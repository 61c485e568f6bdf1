/** POSIX paths, as `node:path` has them: the guest's world knows no other. */
export function normalize(path: string): string {
  if (path === '') return '.';
  const absolute = path.startsWith('/');
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else if (!absolute) parts.push('..');
  }
  const body = parts.join('/');
  const end = path.endsWith('/') && body ? '/' : '';
  return absolute ? `/${body}${end}` : body ? body + end : path.endsWith('/') ? './' : '.';
}

export const join = (...parts: string[]): string => normalize(parts.filter(Boolean).join('/'));

export function resolve(...parts: string[]): string {
  let path = '';
  for (const part of ['/app', ...parts]) if (part) path = part.startsWith('/') ? part : `${path}/${part}`;
  const result = normalize(path);
  return result.length > 1 && result.endsWith('/') ? result.slice(0, -1) : result;
}

export const isAbsolute = (path: string): boolean => path.startsWith('/');

export function dirname(path: string): string {
  const trimmed = path.replace(/\/+$/, '');
  const at = trimmed.lastIndexOf('/');
  if (at < 0) return path.startsWith('/') ? '/' : '.';
  if (at === 1 && trimmed.startsWith('//')) return '//';
  return trimmed.slice(0, at) || '/';
}

export function basename(path: string, suffix = ''): string {
  const name = path.replace(/\/+$/, '').split('/').at(-1) ?? '';
  return suffix && name !== suffix && name.endsWith(suffix) ? name.slice(0, -suffix.length) : name;
}

export function extname(path: string): string {
  const name = basename(path);
  const at = name.lastIndexOf('.');
  return at > 0 && !/^\.+$/.test(name) ? name.slice(at) : '';
}

export function relative(from: string, to: string): string {
  const [start, end] = [resolve(from), resolve(to)].map((path) => path.split('/').filter(Boolean)) as [
    string[],
    string[],
  ];
  let same = 0;
  while (same < start.length && same < end.length && start[same] === end[same]) same++;
  return [...start.slice(same).map(() => '..'), ...end.slice(same)].join('/');
}

export function parse(path: string) {
  const base = basename(path);
  const ext = extname(base);
  const root = path.startsWith('/') ? '/' : '';
  const dir = base === path ? '' : dirname(path);
  return {
    root,
    dir: dir === '.' && !path.startsWith('.') ? '' : dir,
    base,
    ext,
    name: ext ? base.slice(0, -ext.length) : base,
  };
}

export function format(parts: { dir?: string; root?: string; base?: string; name?: string; ext?: string }): string {
  const base = parts.base ?? `${parts.name ?? ''}${parts.ext ?? ''}`;
  const folder = parts.dir ?? parts.root ?? '';
  return folder ? (folder === parts.root ? folder + base : `${folder}/${base}`) : base;
}

export const sep = '/';
export const delimiter = ':';
