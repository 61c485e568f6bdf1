import assert from 'node:assert/strict';
import { isSecretName, isSecretValue, maskSecrets, maskWords } from './secretForms.ts';

// Put together here, so that no scanner of sources takes them for real.
const github = `ghp_${'a1B2'.repeat(9)}`;
const jwt = ['eyJhbGciOiJIUzI1NiJ9', 'eyJzdWIiOiIxMjM0NTY3ODkwIn0', 'dozjgNryP4J3jVmNHl0w5N'].join('.');

describe('what looks like a secret', () => {
  it('is hidden wherever it stands in a text', () => {
    const hidden: [text: string, shown: string][] = [
      [`push with ${github}, then go`, 'push with [hidden], then go'],
      [`GET /me?access_token=${jwt}&page=2`, 'GET /me?access_token=[hidden]&page=2'],
      ['POST /login?password=abcd1&user=ann', 'POST /login?password=[hidden]&user=ann'],
      ['postgres://ann:pa55word@db:5432/shop', 'postgres://ann:[hidden]@db:5432/shop'],
      ['authorization: Bearer abc.def-123', 'authorization: Bearer [hidden]'],
      [`{"apiKey":"k-99171","page":3}`, `{"apiKey":"[hidden]","page":3}`],
      ["{ dbPassword: 'tr0ub4dor', host: 'db' }", "{ dbPassword: '[hidden]', host: 'db' }"],
      ['curl -H "Cookie: sid=s3cr3t"', 'curl -H "Cookie: [hidden]"'],
    ];
    for (const [text, shown] of hidden) assert.equal(maskSecrets(text), shown);
  });

  it('does not hide what only speaks of one', () => {
    for (const text of [
      'open /home/ann/tokens.txt',
      'tokenType=bearer',
      'GET /cart?page=2&sort=name',
      'const total = cart.reduce((sum, item) => sum + item.price, 0)',
      'the password was wrong',
      'const token = readToken(request)',
    ])
      assert.equal(maskSecrets(text), text);
  });

  it('is hidden in words of a command line', () => {
    assert.deepEqual(maskWords(['app.js', '--token', 'abc', '--db-password=x1y2z3', '--port', '80', 'file']), [
      'app.js',
      '--token',
      '[hidden]',
      '--db-password=[hidden]',
      '--port',
      '80',
      'file',
    ]);
  });

  it('is told by name and by value', () => {
    for (const name of ['API_TOKEN', 'x-api-key', 'dbPassword', 'AWS_SECRET_ACCESS_KEY']) assert.ok(isSecretName(name));
    for (const name of ['SSH_AUTH_SOCK', 'TOKEN_PATH', 'HOME', 'tokenType']) assert.ok(!isSecretName(name));
    for (const value of ['hunter2', 'p@ssword', 'x'.repeat(24)]) assert.ok(isSecretValue(value));
    for (const value of ['production', 'true', '/run/key', '12']) assert.ok(!isSecretValue(value));
  });
});
