import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadChunk, loadPieces, mapLog } from '../../time-travel/recording/logFrames.ts';
import { nodeCompression } from '../../time-travel/recording/nodeCompression.ts';
import { openLogFile } from '../../time-travel/recording/openLog.ts';

const KEY = 'k3y-0f-the-sh0p-7781';
const ARGUMENT = 's3cr3tPass9';
const GITHUB = `ghp_${'Q7x2'.repeat(9)}`;
const RECEIVED = ['qwertz12345', 'cor\\"rect h0rse', 'zz-9981-zz-top', 'hunter2222', 'sess-41-99'];

/** Takes secrets by every way there is, compares them, and prints one. */
const SERVER = `const http = require('node:http');
const fs = require('node:fs');
const key = process.env.SHOP_API_KEY;
const [file, , password] = process.argv.slice(2);
const { spawnSync } = require('node:child_process');
const server = http.createServer((request, response) => {
  let body = '';
  request.on('data', (chunk) => (body += chunk)).on('end', () => {
    const { authorization, cookie } = request.headers;
    const data = body.startsWith('{') ? JSON.parse(body) : Object.fromEntries(new URLSearchParams(body));
    console.log(request.url.split('?')[0], authorization === 'Bearer ' + key, cookie, data.user, data.password.length);
    response.end('ok');
  });
});
server.listen(0, '127.0.0.1', async () => {
  const { port } = server.address();
  const send = (path, headers, body) => new Promise((done) => {
    http.request({ port, path, method: 'POST', headers, agent: false }, (answer) => answer.resume().on('end', done)).end(body);
  });
  fs.writeFileSync(file, 'token ' + ${JSON.stringify(GITHUB.slice(0, 4))} + ${JSON.stringify(GITHUB.slice(4))} + ' ' + key);
  const text = fs.readFileSync(file, 'utf8');
  console.log(text.length, text.endsWith(key), text.includes('ghp_'), password.length);
  console.log(String(spawnSync(process.execPath, ['-p', 'process.env.SHOP_API_KEY.length'], { encoding: 'utf8' }).stdout));
  await send('/a?access_token=qwertz12345', { authorization: 'Bearer ' + key }, JSON.stringify({ user: 'ann', password: 'cor"rect h0rse' }));
  await send('/b', { cookie: 'theme=dark; sid=sess-41-99', 'x-api-key': 'zz-9981-zz-top' }, 'user=bob&password=hunter2222');
  server.close();
});`;
const SIGNER = `const { createHmac } = require('node:crypto');
console.log(createHmac('sha256', process.env.SHOP_API_KEY).update('x').digest('hex'));`;

describe('apex record --redact', function () {
  this.timeout(180_000);
  const folder = mkdtempSync(join(tmpdir(), 'apex-redact-'));
  const recording = join(folder, 'recording');
  after(() => rmSync(folder, { recursive: true, force: true }));

  const apex = (...args: string[]) => {
    const env = { ...process.env, SHOP_API_KEY: KEY };
    const words = [join(import.meta.dirname, '../../bin/apex'), ...args];
    const { status, stdout, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8', env });
    return { status, stdout, stderr };
  };
  const record = (source: string, ...options: string[]) => {
    const script = join(folder, 'program.cjs');
    writeFileSync(script, source);
    const words = [script, join(folder, 'data.txt'), '--db-password', ARGUMENT];
    return apex('record', ...options, '--out', recording, '--', ...words);
  };

  /** Everything that lies in the recording, each byte one character, logs unpacked. */
  function everything(): string {
    const files = readdirSync(recording, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
    return files.map(({ parentPath, name }) => textOf(join(parentPath, name))).join('\n');
  }
  function textOf(path: string): string {
    if (!path.endsWith('.log')) return readFileSync(path, 'latin1');
    const log = openLogFile(path);
    const { chunks, pieces } = mapLog(log, nodeCompression);
    const parts = chunks.map((chunk) => loadChunk(log, chunk, nodeCompression)!);
    parts.push(loadPieces(log, pieces, nodeCompression).bytes);
    log.close();
    return Buffer.concat(parts).toString('latin1');
  }

  it('keeps secrets out of the recording, where the replay can do without', () => {
    const { stdout, stderr } = record(SERVER, '--redact');
    assert.match(stdout, /true theme=dark|\/a true undefined ann 14/);
    assert.match(stderr, /replaced in the recording\. Of the environment: .*SHOP_API_KEY/);
    assert.doesNotMatch(stderr, /depends on/);
    // The program's own text is in the log: what it sends of its own stands there.
    const text = everything().replaceAll(/\/a\?access_token[^;]*;|\/b', \{[^;]*;/g, '');
    for (const secret of [KEY, ARGUMENT, GITHUB, ...RECEIVED]) {
      const at = text.indexOf(secret);
      assert.ok(at < 0, `${secret} is in the recording: ${JSON.stringify(text.slice(at - 60, at + 60))}`);
      assert.ok(!text.includes(Buffer.from(secret, 'utf16le').toString('latin1')));
    }
    const replay = apex('replay', recording, '--check');
    assert.equal(replay.status, 0, replay.stderr);
    // Of the same length, and compared with the same result; the cookie is printed as it now is.
    assert.equal(replay.stdout.replace(/sid=\S+/, ''), stdout.replace(/sid=\S+/, ''));
    assert.doesNotMatch(replay.stdout, /sess-41-99/);
  });

  it('says when the program depends on one of them', () => {
    const { stderr } = record(SIGNER, '--redact');
    assert.match(stderr, /the replay of main ends after event \d+: what the program did there depends on a value/);
    assert.ok(!everything().includes(KEY));
  });

  it('is not needed to keep secrets out of what is shown', () => {
    record(SERVER);
    assert.ok(everything().includes(KEY));
    const shown = [
      readFileSync(join(recording, 'recording.json'), 'utf8'),
      apex('recording', 'show', recording).stdout,
      apex('recording', 'show', recording, '--json').stdout,
      apex('recording', 'list', folder).stdout,
    ];
    for (const text of shown) for (const secret of [KEY, ARGUMENT]) assert.ok(!text.includes(secret), text);
  });
});
