/** Shows values the way Node's console does for the common cases: strings bare at the top, two levels deep, 72 columns. */
export function format(values: readonly unknown[]): string {
  const [first, ...rest] = values;
  const parts: string[] = [];
  if (typeof first === 'string' && rest.length > 0 && first.includes('%')) parts.push(substitute(first, rest));
  else if (values.length > 0) parts.push(typeof first === 'string' ? first : inspect(first));
  for (const value of rest) parts.push(typeof value === 'string' ? value : inspect(value));
  return parts.join(' ');
}

function substitute(template: string, values: unknown[]): string {
  return template.replace(/%[sdifjoOc%]/g, (mark) => {
    if (mark === '%%') return '%';
    if (values.length === 0) return mark;
    const value = values.shift();
    if (mark === '%s') return typeof value === 'string' ? value : inspect(value, 0);
    if (mark === '%d') return typeof value === 'bigint' ? `${value}n` : String(Number(value));
    if (mark === '%i') return String(Number.parseInt(String(value), 10));
    if (mark === '%f') return String(Number.parseFloat(String(value)));
    if (mark === '%j') return JSON.stringify(value) ?? 'undefined';
    return mark === '%c' ? '' : inspect(value, 4);
  });
}

const WIDTH = 72;
const MAX_ITEMS = 100;

/** Never throws, whatever the value's getters and traps do. */
export function inspect(value: unknown, depth = 2): string {
  try {
    return show(value, depth, 0, []);
  } catch {
    return '[cannot be shown]';
  }
}

function show(value: unknown, depth: number, indent: number, parents: object[]): string {
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'bigint') return `${value}n`;
  if (Object.is(value, -0)) return '-0';
  if (typeof value === 'function') return showFunction(value as () => unknown);
  if (typeof value !== 'object' || value === null) return String(value);
  if (parents.includes(value)) return '[Circular]';
  if (value instanceof Error) return value.stack || `${value.name}: ${value.message}`;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
  if (value instanceof RegExp) return String(value);
  if (value instanceof Promise || value instanceof WeakMap || value instanceof WeakSet) return `${nameOf(value)} {}`;
  const name = nameOf(value);
  if (depth < 0) return Array.isArray(value) ? '[Array]' : `[${name || 'Object: null prototype'}]`;
  const inner = (item: unknown) => show(item, depth - 1, indent + 2, [...parents, value]);
  if (Array.isArray(value))
    return lay(prefixFor(name, 'Array', value.length), '[', ']', arrayItems(value, inner), indent);
  if (ArrayBuffer.isView(value) && 'length' in value) {
    const items = Array.from(value as unknown as ArrayLike<unknown>).slice(0, MAX_ITEMS);
    return lay(`${name}(${value.length}) `, '[', ']', items.map(inner), indent);
  }
  if (value instanceof Map) {
    const items = [...value].slice(0, MAX_ITEMS).map(([key, item]) => `${inner(key)} => ${inner(item)}`);
    return lay(`Map(${value.size}) `, '{', '}', items, indent);
  }
  if (value instanceof Set) {
    return lay(`Set(${value.size}) `, '{', '}', [...value].slice(0, MAX_ITEMS).map(inner), indent);
  }
  const prefix = name === 'Object' ? '' : `${name || '[Object: null prototype]'} `;
  return lay(prefix, '{', '}', properties(value, inner), indent);
}

function arrayItems(value: unknown[], inner: (item: unknown) => string): string[] {
  const items: string[] = [];
  for (let index = 0; index < value.length && items.length < MAX_ITEMS; index++) {
    if (index in value) {
      items.push(inner(value[index]));
      continue;
    }
    let end = index;
    while (end + 1 < value.length && !(end + 1 in value)) end++;
    const count = end - index + 1;
    items.push(`<${count} empty item${count > 1 ? 's' : ''}>`);
    index = end;
  }
  if (value.length > MAX_ITEMS) items.push(`... ${value.length - MAX_ITEMS} more items`);
  return items;
}

function properties(value: object, inner: (item: unknown) => string): string[] {
  return Reflect.ownKeys(value).flatMap((key) => {
    const property = Reflect.getOwnPropertyDescriptor(value, key);
    if (!property?.enumerable) return [];
    const label = typeof key === 'symbol' ? String(key) : /^[A-Za-z_$][\w$]*$/.test(key) ? key : quote(key);
    if (property.get) return [`${label}: ${property.set ? '[Getter/Setter]' : '[Getter]'}`];
    return [`${label}: ${property.set ? '[Setter]' : inner(property.value)}`];
  });
}

function lay(prefix: string, open: string, close: string, items: string[], indent: number): string {
  if (items.length === 0) return `${prefix}${open}${close}`;
  const line = `${prefix}${open} ${items.join(', ')} ${close}`;
  if (line.length + indent <= WIDTH && !line.includes('\n')) return line;
  const pad = ' '.repeat(indent + 2);
  return `${prefix}${open}\n${items.map((item) => pad + item).join(',\n')}\n${' '.repeat(indent)}${close}`;
}

function showFunction(value: (...args: never[]) => unknown): string {
  const isClass = /^class\b/.test(Function.prototype.toString.call(value));
  const name = typeof value.name === 'string' && value.name ? value.name : '(anonymous)';
  return isClass ? `[class ${name}]` : `[${nameOf(value) || 'Function'}${name === '(anonymous)' ? ' ' : ': '}${name}]`;
}

function prefixFor(name: string, plain: string, length: number): string {
  return name === plain ? '' : `${name}(${length}) `;
}

function nameOf(value: object): string {
  const prototype = Object.getPrototypeOf(value) as { constructor?: { name?: unknown } } | null;
  const name = prototype?.constructor?.name;
  return typeof name === 'string' ? name : '';
}

function quote(text: string): string {
  const mark = !text.includes("'") ? "'" : !text.includes('"') ? '"' : !text.includes('`') ? '`' : "'";
  const escaped = text.replace(/[\n\r\t\b\f\v\\\x00-\x1f\x7f]/g, (char) => ESCAPES[char] ?? hex(char));
  return mark + escaped.replaceAll(mark, `\\${mark}`) + mark;
}

const ESCAPES: Record<string, string> = {
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\b': '\\b',
  '\f': '\\f',
  '\v': '\\v',
  '\\': '\\\\',
};

function hex(char: string): string {
  return `\\x${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}
