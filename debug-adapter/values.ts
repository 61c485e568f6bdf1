/** The parts of the Chrome DevTools protocol's `Runtime` domain that values come in. */
export interface RemoteObject {
  type: string;
  subtype?: string;
  className?: string;
  value?: unknown;
  unserializableValue?: string;
  description?: string;
  objectId?: string;
  preview?: ObjectPreview;
}

interface ObjectPreview {
  type: string;
  subtype?: string;
  description?: string;
  overflow: boolean;
  properties: { name: string; type: string; subtype?: string; value?: string }[];
  entries?: { key?: ObjectPreview; value: ObjectPreview }[];
}

export interface PropertyDescriptor {
  name: string;
  value?: RemoteObject;
  get?: RemoteObject;
  set?: RemoteObject;
  enumerable?: boolean;
  isOwn?: boolean;
  symbol?: RemoteObject;
}

const LONGEST = 200;

/** A value on one line, as the variables view and hovers show it. */
export function valueText(value: RemoteObject): string {
  switch (value.type) {
    case 'string':
      return quoted(String(value.value));
    case 'undefined':
      return 'undefined';
    case 'function':
      return functionText(value.description ?? '');
    case 'object':
      if (value.subtype === 'null') return 'null';
      return value.preview ? previewText(value.preview) : firstLine(value.description ?? value.className ?? 'Object');
    default:
      return value.unserializableValue ?? value.description ?? String(value.value);
  }
}

function previewText(preview: ObjectPreview): string {
  const { subtype, description = 'Object', overflow, properties, entries } = preview;
  if (subtype === 'error' || subtype === 'date' || subtype === 'regexp') return firstLine(description);
  const rest = overflow ? ['…'] : [];
  if (subtype === 'array' || subtype === 'typedarray') {
    const items = properties.filter(({ name }) => /^\d+$/.test(name)).map(propertyText);
    return `${description} [${[...items, ...rest].join(', ')}]`;
  }
  const own = properties.filter(({ name }) => !(entries && name === 'size'));
  const parts = entries
    ? entries.map(({ key, value }) => `${key ? `${entryText(key)} => ` : ''}${entryText(value)}`)
    : own.map((property) => `${property.name}: ${propertyText(property)}`);
  const body = parts.length || rest.length ? `{${[...parts, ...rest].join(', ')}}` : '{}';
  return shortened(description === 'Object' ? body : `${description} ${body}`);
}

function propertyText({ type, subtype, value = '' }: ObjectPreview['properties'][number]): string {
  if (type === 'string') return quoted(value);
  if (type === 'function') return 'ƒ';
  if (type === 'accessor') return '(…)';
  if (type === 'object' && subtype !== 'null' && value === 'Object') return '{…}';
  // The text of an error has its stack.
  return firstLine(value);
}

function entryText(preview: ObjectPreview): string {
  if (preview.type === 'string') return quoted(preview.description ?? '');
  return preview.description === 'Object' ? '{…}' : (preview.description ?? preview.type);
}

function functionText(description: string): string {
  // Types that were stripped left blanks.
  const line = firstLine(description).replace(/\s+/g, ' ');
  return line.startsWith('class ') ? line.replace(/\s*\{.*$/, '') : `ƒ ${line.replace(/^(async )?function\s*/, '$1')}`;
}

function quoted(text: string): string {
  return `'${text.replace(/\\/g, '\\\\').replace(/'/g, "\\'").replace(/\n/g, '\\n').replace(/\r/g, '\\r')}'`;
}

function firstLine(text: string): string {
  return shortened(text.split('\n')[0]!);
}

function shortened(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
