import { channel } from '../flow/functionInfo.ts';
import type { FunctionInfo } from '../flow/machine.ts';
import { newUnit } from '../flow/moduleBody.ts';
import { parseSource } from '../syntax/parse.ts';

/** The functions that stand for values kept under a name, by project. They belong to no file, so none takes them along. */
export class KeptFunctions {
  private readonly byName = new Map<string, FunctionInfo>();

  in(name: string, project: string): FunctionInfo {
    const key = `${project} ${name}`;
    let kept = this.byName.get(key);
    if (!kept) {
      kept = channel(name, newUnit(parseSource(`${project}/${name}`, '')));
      this.byName.set(key, kept);
    }
    return kept;
  }
}
