import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { AuditLog, auditFiles } from './auditLog.ts';
import { maskNames } from './maskNames.ts';
import { auditChains, openAuditChain } from './openAuditChain.ts';
import { reportAudit, selectEntries } from './reportAudit.ts';
import { readAudit, verifyAudit } from './verifyAudit.ts';

describe('the audit log', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'apex-audit-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Writes entries and gives the lines of the file. */
  const fill = (count: number): string[] => {
    const log = new AuditLog(folder);
    for (let at = 0; at < count; at++) {
      const outcome = at % 3 === 0 ? 'denied' : 'allowed';
      log.write({ operation: 'fs.read', actor: `sandbox-${at % 2}`, outcome, resource: `/app/${at % 4}` });
    }
    log.close();
    return readFileSync(auditFiles(folder)[0]!, 'utf8').trimEnd().split('\n');
  };
  const rewrite = (lines: string[]) => writeFileSync(auditFiles(folder)[0]!, `${lines.join('\n')}\n`);

  it('is whole as it was written, also when it is continued', () => {
    fill(5);
    fill(5);
    const { ok, lines } = verifyAudit(folder);
    assert.deepEqual({ ok, lines }, { ok: true, lines: 10 });
  });

  it('shows any change, removal, addition or move of a line', () => {
    const lines = fill(8);
    const at = fc.integer({ min: 0, max: 6 });
    const attacks: fc.Arbitrary<string[]> = fc.oneof(
      at.map((index) => lines.toSpliced(index, 1)),
      at.map((index) => lines.toSpliced(index, 0, lines[index]!)),
      at.map((index) => lines.with(index, lines[index]!.replace(/"outcome":"\w+"/, '"outcome":"done"'))),
      at.map((index) => lines.with(index, lines[index + 1]!).with(index + 1, lines[index]!)),
      at.map((index) => lines.with(index, 'no json')),
    );
    fc.assert(
      fc.property(attacks, (changed) => {
        rewrite(changed);
        assert.equal(verifyAudit(folder).ok, false);
      }),
    );
  });

  it('shows that its end was cut off to whoever kept the head', () => {
    const lines = fill(8);
    const { head } = verifyAudit(folder);
    rewrite(lines.slice(0, 6));
    assert.equal(verifyAudit(folder).ok, true);
    assert.match(verifyAudit(folder, head).fault ?? '', /the end was cut off/);
  });

  it('names the place of the fault', () => {
    const lines = fill(4);
    rewrite(lines.with(2, lines[2]!.replace('/app/2', '/app/9')));
    assert.equal(verifyAudit(folder).fault, 'audit-000001.jsonl:3: it was changed after it was written');
  });

  describe('that has become too long', () => {
    const fillLong = (log = new AuditLog(folder, { rotateBytes: 2000, keepBytes: 6000 })) => {
      for (let at = 0; at < 60; at++) {
        log.write({ operation: 'fs.read', actor: 'sandbox-1', outcome: 'allowed', resource: `/app/${at}` });
        if (at % 4 === 3) log.flush();
      }
      log.close();
    };
    const bytes = () => auditFiles(folder).reduce((sum, file) => sum + readFileSync(file).length, 0);

    it('drops its oldest files, says so in its chain, and is whole', () => {
      fillLong();
      const { ok, lines, dropped } = verifyAudit(folder);
      assert.equal(ok, true);
      assert.ok(dropped! > 20 && dropped! + lines > 60, `${dropped} dropped, ${lines} kept`);
      assert.ok(bytes() < 10_000, `${bytes()} bytes`);
      fillLong();
      assert.equal(verifyAudit(folder).ok, true);
      assert.ok(bytes() < 10_000, `${bytes()} bytes`);
    });

    it('shows when somebody else has dropped its beginning, or one of its lines says another', () => {
      fillLong();
      const [oldest, second] = auditFiles(folder);
      const text = readFileSync(oldest!, 'utf8');
      rmSync(oldest!);
      assert.match(verifyAudit(folder).fault ?? '', /entry 0 is missing/);
      writeFileSync(oldest!, text);
      assert.equal(verifyAudit(folder).ok, true);
      writeFileSync(oldest!, text.slice(text.indexOf('\n') + 1));
      assert.equal(verifyAudit(folder).ok, false);
      writeFileSync(oldest!, text);
      rmSync(second!);
      assert.equal(verifyAudit(folder).ok, false);
    });

    it('knows a head that was kept, unless that is gone', () => {
      fillLong();
      const { head } = verifyAudit(folder);
      assert.equal(verifyAudit(folder, head).ok, true);
      assert.match(verifyAudit(folder, 'f'.repeat(64)).fault ?? '', /among those that were dropped/);
    });
  });

  it('is one chain per host that runs at the same time', () => {
    const first = openAuditChain(folder);
    const second = openAuditChain(folder);
    first.close();
    const third = openAuditChain(folder);
    assert.equal(auditChains(folder).length, 2);
    for (const chain of [second, third]) chain.close();
  });

  it('goes on after a line that a crash has torn, also the first of a file', () => {
    fill(5);
    const [first] = auditFiles(folder);
    appendFileSync(first!, '{"sequence":5,"ti');
    fill(2);
    assert.deepEqual(verifyAudit(folder).lines, 7);
    writeFileSync(join(folder, 'audit-000002.jsonl'), '{"seq');
    fill(2);
    const { ok, lines } = verifyAudit(folder);
    assert.deepEqual({ ok, lines }, { ok: true, lines: 9 });
  });

  it('is left as it is when its end was changed, and another is begun', () => {
    const first = openAuditChain(folder);
    first.log.write({ operation: 'fs.read', actor: 'sandbox-1', outcome: 'denied' });
    first.close();
    const [file] = auditFiles(join(folder, 'chain-1'));
    writeFileSync(file!, 'nothing to see here\n');
    openAuditChain(folder).close();
    assert.deepEqual(auditChains(folder).length, 2);
    assert.equal(verifyAudit(join(folder, 'chain-1')).ok, false);
    assert.equal(readFileSync(file!, 'utf8'), 'nothing to see here\n');
  });

  it('keeps no secret of an address or a command line', () => {
    assert.equal(
      maskNames('GET https://a.example/x?api_key=abc123&page=2#access_token=zzz'),
      'GET https://a.example/x?api_key=[hidden]&page=2#access_token=[hidden]',
    );
    assert.equal(
      maskNames('git clone --token abc123 https://a.example/'),
      'git clone --token [hidden] https://a.example/',
    );
    assert.equal(maskNames(`GET https://a.example/AKIA${'A'.repeat(16)}/x`), 'GET https://a.example/[hidden]/x');
  });

  it('says that there is none', () => {
    assert.throws(() => verifyAudit(folder), { code: 'no-audit-log' });
  });

  it('is counted by operation, actor and refusal', () => {
    fill(6);
    const lines = readAudit(folder).map(({ line }) => line!);
    const report = reportAudit(lines);
    assert.equal(report.entries, 6);
    assert.deepEqual(report.byOperation, [
      { operation: 'fs.read', outcome: 'allowed', count: 4 },
      { operation: 'fs.read', outcome: 'denied', count: 2 },
    ]);
    assert.deepEqual(report.byActor, [
      { actor: 'sandbox-0', count: 3, denied: 1 },
      { actor: 'sandbox-1', count: 3, denied: 1 },
    ]);
    assert.deepEqual(report.denied, [
      { operation: 'fs.read', resource: '/app/0', count: 1 },
      { operation: 'fs.read', resource: '/app/3', count: 1 },
    ]);
    assert.equal(
      selectEntries(lines, { actor: 'sandbox-1', outcome: 'denied', since: '2000', until: '9999' }).length,
      1,
    );
  });
});
