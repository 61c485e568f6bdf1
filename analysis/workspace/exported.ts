import type { FunctionInfo, ModuleUnit } from '../flow/machine.ts';
import type { HeapObject, Value } from '../values/value.ts';

/** Every function that code outside the file can call: exported ones, methods of exported objects and classes. */
export function exportedFunctions(unit: ModuleUnit): Set<FunctionInfo> {
  const functions = new Set<FunctionInfo>();
  const seen = new Set<HeapObject>();
  const visitObject = (object: HeapObject, depth: number): void => {
    if (seen.has(object) || depth > 4) return;
    seen.add(object);
    for (const value of object.properties.values()) visit(value, depth + 1);
    visit(object.rest, depth + 1);
    if (object.kind === 'class') {
      const info = object.node && unit.classes.get(object.node);
      if (info) {
        if (info.construct) functions.add(info.construct);
        visitObject(info.instance, depth + 1);
      }
    }
  };
  const visit = (value: Value, depth: number): void => {
    for (const callable of value.functions ?? []) {
      const fn = callable as FunctionInfo;
      if (fn.unit !== unit || functions.has(fn)) continue;
      functions.add(fn);
      visitObject(fn.statics, depth);
      // `exports = function () { this.run = (command) => ... }`: methods of what is made with it.
      for (const write of fn.parameterWrites) if (write.index === -1 && depth < 3) visit(write.value, depth + 1);
      // A function that makes the public object: `module.exports = () => ({ run(command) {} })`.
      if (depth < 3) visit(fn.returns, depth + 1);
    }
    if (value.object) visitObject(value.object, depth);
  };
  visit(unit.exported, 0);
  visitObject(unit.exports, 0);
  return functions;
}
