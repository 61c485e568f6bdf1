// Hooks that run in a thread of Node's own: the main thread waits for them in native code.
import { register } from 'node:module';

const hooks = `
export async function resolve(specifier, context, next) {
  if (specifier.startsWith('virtual:')) return { url: specifier, shortCircuit: true };
  return next(specifier, context);
}
export async function load(url, context, next) {
  if (!url.startsWith('virtual:')) return next(url, context);
  return { format: 'module', source: 'export default ' + JSON.stringify(url.slice(8)), shortCircuit: true };
}`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);
const words = await Promise.all(['one', 'two', 'three'].map((word) => import(`virtual:${word}`)));
console.log(words.map((module) => module.default).join());
const { default: path } = await import('node:path');
console.log(path.basename(import.meta.url));
await import('virtual-not-there').catch((error) => console.log(error.code));
await import('virtual:four').then((module) => setTimeout(() => console.log('later', module.default), 5));
