import { ApexError } from '../../protocol/errors.ts';
import { operationSchema, type PolicyRequest } from '../../protocol/policy.ts';
import { modeSchema } from '../../protocol/sandbox.ts';
import { loadPolicy } from '../../sandbox-host/policy/loadPolicy.ts';
import { PolicyEngine } from '../../sandbox-host/policy/policyEngine.ts';
import type { Command, ExitCode, Invocation } from '../command.ts';

export const command: Command = {
  usage: 'policy check FILE | policy explain FILE OPERATION RESOURCE [--mode MODE] [--label LABEL]',
  help: [
    'check reads a policy and everything it extends and says what is wrong with it.',
    'explain shows how a request is decided and by which rules, for example:',
    '  apex policy explain apex.policy.json net.request "GET https://api.example.com/v1"',
    `OPERATION is one of ${operationSchema.options.join(', ')}.`,
    'Exit code 0: the policy is right, or the request is allowed; 1: the request is denied or asks; 2: the policy cannot be used.',
  ].join('\n'),
  options: { mode: { type: 'string' }, label: { type: 'string' } },
  run: async ({ options, positionals, json }) => {
    const [action, file, ...rest] = positionals;
    if (action === 'check' && file && rest.length === 0) return check(file, json);
    if (action === 'explain' && file && rest.length === 2) return explain(file, parseRequest(rest, options), json);
    throw wrongUse('Say "check FILE" or "explain FILE OPERATION RESOURCE".');
  },
};

function check(file: string, json: boolean): ExitCode {
  const { files, rules } = loadPolicy(file);
  if (json) print({ ok: true, files, rules: rules.length });
  else
    process.stdout.write(
      `${file}: ${rules.length} rules from ${files.length} ${files.length === 1 ? 'file' : 'files'}.\n`,
    );
  return 0;
}

function explain(file: string, request: PolicyRequest, json: boolean): ExitCode {
  const engine = new PolicyEngine(loadPolicy(file));
  const decision = engine.decide(request);
  const matching = engine.matching(request);
  if (json) print({ request, decision, matching });
  else {
    const lines = [`${decision.effect}: ${decision.reason}`];
    for (const { effect, source, rule } of matching)
      lines.push(`  ${effect}  ${source ?? 'forbiddenModules'}  ${JSON.stringify(rule)}`);
    process.stdout.write(`${lines.join('\n')}\n`);
  }
  return decision.effect === 'allow' ? 0 : 1;
}

function parseRequest([operation, resource]: string[], options: Invocation['options']): PolicyRequest {
  const known = operationSchema.safeParse(operation);
  if (!known.success) throw wrongUse(`"${operation}" is no operation.`);
  const mode = modeSchema.safeParse(options.mode ?? 'isolation');
  if (!mode.success) throw wrongUse(`"${String(options.mode)}" is no mode.`);
  return { operation: known.data, resource: resource!, mode: mode.data, label: String(options.label ?? 'program') };
}

function print(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

function wrongUse(message: string): ApexError {
  return new ApexError('wrong-use', message, `Usage: apex ${command.usage}`);
}
