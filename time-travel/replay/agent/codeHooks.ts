import type { SourceKind } from '../instrument/instrument.ts';
import type { Boundary } from './boundary.ts';
import type { SourceEdit } from './jobs.ts';
import type { Scripts } from './scripts.ts';

type Compile = (this: object, content: unknown, filename: string, format?: string) => unknown;
type Translator = (this: unknown, url: string, context: unknown, ...rest: unknown[]) => unknown;

/** Node's own modules, by `require` with `--expose-internals`. */
export type InternalRequire = (id: string) => unknown;

interface TypeScriptSupport {
  stripTypeScriptModuleTypes?(source: string, name: string): string;
}

/**
 * Changes the text of a CommonJS file between its (replayed) reading and Node's loader. TypeScript is stripped first, as
 * Node does next, so that positions stay; stripping what is left changes nothing.
 */
export function commonJsTransform(load: InternalRequire, scripts: Scripts): (source: string, path: string) => string {
  return (source, path) => {
    const strip = /\.[cm]?ts$/.test(path) ? typeScriptSupport(load).stripTypeScriptModuleTypes : undefined;
    return scripts.add(path, strip ? strip(source, path) : source, kindsOf(undefined));
  };
}

/** A text that is to run in place of a recorded one, as Node would run it; what cannot be read fails as it would there. */
export function editedText(load: InternalRequire, { path, text }: SourceEdit): string {
  const strip = /\.[cm]?ts$/.test(path) ? typeScriptSupport(load).stripTypeScriptModuleTypes : undefined;
  try {
    return strip ? strip(text, path) : text;
  } catch {
    return text;
  }
}

/** The same for programs without a recording, where no reading is replayed. */
export function hookCommonJs(load: InternalRequire, scripts: Scripts): void {
  const typescript = typeScriptSupport(load);
  const { prototype } = load('module') as { prototype: { _compile: Compile } };
  const original = prototype._compile;
  const compile: Compile = function _compile(content, filename, format) {
    if (typeof content !== 'string') return Reflect.apply(original, this, [content, filename, format]);
    let source = content;
    let kind = format;
    if (format?.endsWith('typescript') && typescript.stripTypeScriptModuleTypes) {
      // As Node does next: types become blanks, so that positions stay.
      source = typescript.stripTypeScriptModuleTypes(content, filename);
      kind = format === 'typescript' ? undefined : format.replace('-typescript', '');
    }
    return Reflect.apply(original, this, [scripts.add(filename, source, kindsOf(kind)), filename, kind]);
  };
  prototype._compile = compile;
}

/** Node may find out only while compiling that a file is an ES module. */
function kindsOf(format: string | undefined): SourceKind[] {
  if (format === 'module') return ['module'];
  if (format === 'commonjs') return ['commonjs'];
  return ['commonjs', 'module'];
}

/**
 * The translators are wrapped, not `registerHooks` used, which would send the loader along another path than the
 * recorded one.
 */
export function hookModules(load: InternalRequire, scripts: Scripts, sameExports: Boundary['sameExports']): void {
  const typescript = typeScriptSupport(load);
  const { translators } = load('internal/modules/esm/translators') as { translators: Map<string, Translator> };
  for (const [format, original] of translators) {
    if (!/^(require-)?(module|commonjs)(-typescript)?$/.test(format)) continue;
    const kinds = kindsOf(format.includes('module') ? 'module' : 'commonjs');
    const translate = (url: string, source: unknown): unknown => {
      let text = textOf(source);
      if (text === undefined) return source;
      if (format.endsWith('typescript') && typescript.stripTypeScriptModuleTypes) {
        text = typescript.stripTypeScriptModuleTypes(text, url);
      }
      const changed = scripts.add(url, text, kinds);
      return format.includes('commonjs') ? changed + sameExports(text, changed) : changed;
    };
    translators.set(format, function translator(url, context, ...rest) {
      // Node 22 gives the source itself in some versions, an object with it in others.
      const changed =
        typeof context === 'object' && context !== null && 'source' in context
          ? Object.assign(Object.create(Object.getPrototypeOf(context)), context, {
              source: translate(url, context.source),
            })
          : translate(url, context);
      return Reflect.apply(original, this, [url, changed, ...rest]);
    });
  }
}

function textOf(source: unknown): string | undefined {
  if (typeof source === 'string') return source;
  if (source === null || typeof source !== 'object') return undefined;
  if ('byteLength' in source) {
    const { buffer, byteOffset = 0, byteLength } = source as { buffer?: ArrayBuffer } & Partial<Uint8Array>;
    return new TextDecoder().decode(new Uint8Array(buffer ?? (source as ArrayBuffer), byteOffset, byteLength));
  }
  return undefined;
}

function typeScriptSupport(load: InternalRequire): TypeScriptSupport {
  try {
    return load('internal/modules/typescript') as TypeScriptSupport;
  } catch {
    return {};
  }
}
