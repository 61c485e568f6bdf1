import type { FunctionInfo, Machine, ModuleUnit } from '../flow/machine.ts';
import { addCallSite } from '../flow/summaries.ts';
import { ts } from '../syntax/typescript.ts';

/**
 * Hands the calls that other files make of an edited file's functions to the functions that took their place, so that
 * paths from those files show at once; the files themselves are analysed again later. `isLive` tells whether a unit
 * still is its file's current one.
 */
export function carryCallSites(
  machine: Machine,
  before: ModuleUnit,
  after: ModuleUnit,
  isLive: (unit: ModuleUnit) => boolean,
): void {
  const called = before.functions.filter((fn) => fn.callSites.some((site) => site.caller.unit !== before));
  if (called.length === 0) return;
  const places = new Set(called);
  const names = namesOf(before.functions);
  const successors = new Map([...namesOf(after.functions)].map(([fn, name]) => [name, fn]));
  for (const fn of places) {
    const successor = successors.get(names.get(fn)!);
    if (!successor) continue;
    for (const site of fn.callSites) {
      if (site.caller.unit === before || !isLive(site.caller.unit)) continue;
      addCallSite(machine, successor, site);
    }
  }
}

/** A name for each function that edits elsewhere in the file do not change: those of its surroundings, then its own. */
function namesOf(functions: readonly FunctionInfo[]): Map<FunctionInfo, string> {
  const counts = new Map<string, number>();
  const names = new Map<FunctionInfo, string>();
  for (const fn of functions) {
    const name = `${outerName(fn.node)}/${fn.name}`;
    const count = counts.get(name) ?? 0;
    counts.set(name, count + 1);
    names.set(fn, `${name}#${count}`);
  }
  return names;
}

function outerName(node: ts.Node): string {
  for (let at = node.parent; at; at = at.parent) {
    if ((ts.isClassLike(at) || ts.isFunctionLike(at)) && at.name && ts.isIdentifier(at.name)) return at.name.text;
  }
  return '';
}
