import assert from 'node:assert/strict';
import type { PermissionAnswer } from '../../protocol/sandbox.ts';
import type { AuditEvent } from '../audit/auditLog.ts';
import { Gate, type Requester } from './gate.ts';
import { NO_POLICY } from './loadPolicy.ts';
import { PolicyEngine } from './policyEngine.ts';

const engine = new PolicyEngine(NO_POLICY);
const guest: Requester = { id: 'sandbox-1', label: 'a.js', mode: 'hybrid', engine: () => engine };

describe('what no rule decides', () => {
  let questions: { resource: string; answer(answer: PermissionAnswer): void }[];
  let noted: AuditEvent[];
  let gate: Gate;
  beforeEach(() => {
    questions = [];
    noted = [];
    gate = new Gate({
      audit: (event) => noted.push(event),
      ask: ({ resource }) =>
        new Promise((answer) => {
          questions.push({ resource, answer });
        }),
    });
  });

  it('is asked once, however many calls wait for the answer', async () => {
    const calls = [1, 2, 3].map(() => gate.permit(guest, 'kv.read', 'a'));
    assert.equal(questions.length, 1);
    questions[0]!.answer('once');
    await Promise.all(calls);
    void gate.permit(guest, 'kv.read', 'a').catch(() => {});
    assert.equal(questions.length, 2, 'once is not twice');
  });

  it('is refused when twenty other questions wait, and asked again when one is answered', async () => {
    const calls = Array.from({ length: 20 }, (_, at) => gate.permit(guest, 'kv.read', `key ${at}`));
    await assert.rejects(gate.permit(guest, 'kv.read', 'one more'), { code: 'EACCES', message: /too much is asked/ });
    assert.equal(questions.length, 20);
    questions[0]!.answer('not-now');
    await assert.rejects(calls[0]!, { code: 'EACCES', message: /it was not allowed/ });
    const next = gate.permit(guest, 'kv.read', 'one more');
    for (const { answer } of questions.slice(1)) answer('session');
    await Promise.all([...calls.slice(1), next]);
    assert.equal(noted.filter(({ outcome }) => outcome === 'denied').length, 2);
  });

  it('is refused when the one who was asked is gone', async () => {
    const alone = new Gate({ audit: () => {}, ask: () => Promise.reject(new Error('the window was closed')) });
    await assert.rejects(alone.permit(guest, 'kv.read', 'a'), { code: 'EACCES' });
  });
});
