// A program that breaks built-ins breaks itself, not the recorder.
Array.prototype[Symbol.iterator] = undefined;
RegExp.prototype.exec = () => null;
Map.prototype.get = WeakMap.prototype.get = () => 'wrong';
Object.keys =
  Object.defineProperty =
  Reflect.apply =
    () => {
      throw new Error('patched');
    };
String.prototype.charCodeAt = () => 0;
require('node:fs').stat('.', (error) => process.stdout.write(`stat ${error}\n`));
process.stdout.write(`read ${require('node:fs').readFileSync(__filename, 'utf8').length}\n`);
