import type { AnalysisPolicy } from '../../protocol/policy.ts';
import { builtinModels } from '../models/builtin.ts';
import type { Model } from '../models/model.ts';
import { indexModels } from '../models/modelIndex.ts';
import type { PathAlias, SourceHost } from '../modules/resolve.ts';
import { noPolicy, ownPart, policyModel } from '../policy/analysisPolicy.ts';
import { forbiddenImports } from '../policy/forbiddenModules.ts';
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

export interface TextOptions {
  library?: boolean;
  policy?: AnalysisPolicy;
}

/** Analyses one text by itself. */
export function analyzeText(path: string, text: string, options: TextOptions = {}): Finding[] {
  const host: SourceHost = {
    readText: (asked) => (asked === path ? text : undefined),
    isFile: (asked) => asked === path,
  };
  const policy = options.policy ? ownPart(options.policy, []) : noPolicy;
  const program = createProgram({ host, isLibrary: () => options.library ?? false, models: policyModel(policy) });
  program.analyze(path);
  return [...program.findings(), ...forbiddenImports(path, text, policy.forbiddenModules)];
}
