// A decision of the policy engine beside one of Cedar: 50 rules, each a folder, the request in the last of them.
import assert from 'node:assert/strict';
import { NO_POLICY } from '../sandbox-host/policy/loadPolicy.ts';
import { PolicyEngine } from '../sandbox-host/policy/policyEngine.ts';
import { installedPeer } from './peers/installedPeer.ts';

const FOLDERS = Array.from({ length: 50 }, (_, at) => `/app/folder${at}`);
let file = 0;
/** A file that nobody has asked for. */
const newFile = () => `${FOLDERS.at(-1)}/file${file++}`;

/** Microseconds that each of `times` decisions takes. */
function microseconds(times: number, decide: () => boolean): string {
  assert.ok(decide(), 'the request is allowed');
  const started = performance.now();
  for (let at = 0; at < times; at++) decide();
  return (((performance.now() - started) / times) * 1000).toFixed(2);
}

function apex(): void {
  const rules = FOLDERS.map((folder) => ({
    source: 'bench',
    rule: { effect: 'allow' as const, operations: ['fs.read' as const], resources: [`${folder}/**`] },
  }));
  const engine = new PolicyEngine({ ...NO_POLICY, rules });
  const decide = (resource: string) =>
    engine.decide({ operation: 'fs.read', resource, mode: 'isolation', label: 'bench' }).effect === 'allow';
  const same = newFile();
  const again = microseconds(1e5, () => decide(same));
  console.log(`Apex: ${microseconds(5000, () => decide(newFile()))} us new, ${again} us the same again`);
}

interface Cedar {
  preparsePolicySet(id: string, policies: object): { type: string };
  isAuthorized(call: object): CedarAnswer;
  statefulIsAuthorized(call: object): CedarAnswer;
}

type CedarAnswer = { type: 'success'; response: { decision: string } } | { type: 'failure'; errors: unknown };

function cedar(): void {
  const engine = installedPeer<Cedar>('@cedar-policy/cedar-wasm/nodejs');
  if (!engine) return;
  const policies = {
    staticPolicies: FOLDERS.map(
      (folder) => `permit(principal, action == Action::"fs.read", resource) when { context.path like "${folder}/*" };`,
    ).join('\n'),
  };
  const request = () => ({
    principal: { type: 'Sandbox', id: 'bench' },
    action: { type: 'Action', id: 'fs.read' },
    resource: { type: 'File', id: 'file' },
    context: { path: newFile() },
    entities: [],
  });
  const isAllowed = (answer: CedarAnswer) => {
    if (answer.type === 'failure') throw new Error(JSON.stringify(answer.errors));
    return answer.response.decision === 'allow';
  };
  assert.equal(engine.preparsePolicySet('bench', policies).type, 'success');
  const parsed = () => isAllowed(engine.statefulIsAuthorized({ ...request(), preparsedPolicySetId: 'bench' }));
  console.log(`Cedar, policies parsed once: ${microseconds(2000, parsed)} us`);
  const given = () => isAllowed(engine.isAuthorized({ ...request(), policies }));
  console.log(`Cedar, policies given with the request: ${microseconds(100, given)} us`);
}

apex();
cedar();
