import { builtinModels } from '../models/builtin.ts';
import type { Model } from '../models/model.ts';
import { indexModels } from '../models/modelIndex.ts';
import type { PathAlias, SourceHost } from '../modules/resolve.ts';
import type { Finding } from '../report/finding.ts';
import { allRules } from '../rules/all.ts';
import { ruleSet } from '../rules/ruleSet.ts';
import { Program } from './program.ts';

export interface EngineOptions {
  host: SourceHost;
  models?: readonly Model[];
  aliases?: readonly PathAlias[];
  isLibrary?(path: string): boolean;
}

const rules = ruleSet(allRules);

/** A program over a host's files, with the models and rules that come with Apex. */
export function createProgram(options: EngineOptions): Program {
  const models = indexModels([...builtinModels, ...(options.models ?? [])]);
  return new Program({ ...options, models, rules });
}

/** Analyses one text by itself. */
export function analyzeText(path: string, text: string, options: { library?: boolean } = {}): Finding[] {
  const host: SourceHost = {
    readText: (asked) => (asked === path ? text : undefined),
    isFile: (asked) => asked === path,
  };
  const program = createProgram({ host, isLibrary: () => options.library ?? false });
  program.analyze(path);
  return program.findings();
}
