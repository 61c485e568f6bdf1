import assert from 'node:assert/strict';
import type { lookup } from 'node:dns';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { CapabilityError } from './capabilityError.ts';
import { isOwnAddress, otherNames } from './hostNames.ts';
import { sendRequest, type WireRequest } from './sendRequest.ts';

describe('requests of guests', () => {
  let server: Server;
  let port: number;
  let seen: string[];
  before(async () => {
    server = createServer((request, response) => {
      seen.push(`${request.method} ${request.headers.host} ${request.headers['content-length'] ?? '-'}`);
      if (request.url === '/packed') {
        response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('unpacked'));
      } else response.writeHead(200, 'Fine', { 'x-own': 'yes' }).end('hello');
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    ({ port } = server.address() as AddressInfo);
  });
  beforeEach(() => {
    seen = [];
  });
  after(() => server.close());

  /** A resolver whose names all mean this machine, as whoever controls a name can make them. */
  const resolve = ((_name: string, _options: unknown, done: (error: null, found: object[]) => void) =>
    done(null, [{ address: '127.0.0.1', family: 4 }])) as unknown as typeof lookup;
  const send = (url: string, more: Partial<WireRequest> = {}) =>
    sendRequest({
      ...{ url: new URL(url), method: 'GET', headers: [], body: undefined, resolve },
      permitAddress: async (address) => {
        throw new CapabilityError('EACCES', address);
      },
      refuseAddress: () => {},
      ...more,
    });

  it('connect to a name that means this machine only when its address is allowed too', async () => {
    await assert.rejects(send(`http://rebound.example:${port}/x`), {
      code: 'EACCES',
      message: `http://127.0.0.1:${port}/x`,
    });
    assert.deepEqual(seen, []);
    const { status } = await send(`http://rebound.example:${port}/x`, { permitAddress: async () => {} });
    assert.equal(status, 200);
    assert.deepEqual(seen, [`GET rebound.example:${port} -`]);
  });

  it('ask nothing more for localhost and for an address, which the policy has read', async () => {
    const { statusText, headers, body } = await send(`http://localhost:${port}/`);
    assert.equal(statusText, 'Fine');
    assert.ok(headers.some(([name, value]) => name === 'x-own' && value === 'yes'));
    assert.equal(String(await buffer(body)), 'hello');
    assert.equal((await send(`http://127.0.0.1:${port}/`)).status, 200);
  });

  it('hear of a rule that denies the address of a name', async () => {
    const denied = send(`http://inside.example:${port}/x`, {
      resolve: ((_name: string, _options: unknown, done: (error: null, found: object[]) => void) =>
        done(null, [{ address: '10.0.0.5', family: 4 }])) as unknown as typeof lookup,
      refuseAddress: (address) => {
        throw new CapabilityError('EACCES', address);
      },
    });
    await assert.rejects(denied, { code: 'EACCES', message: `http://10.0.0.5:${port}/x` });
  });

  it('know the other ways to write an address', () => {
    const local = ['http://localhost/a', 'http://127.0.0.1/a', 'http://[::1]/a', 'http://0.0.0.0/a'];
    for (const url of [
      'http://0.0.0.0/a',
      'http://[::ffff:127.0.0.1]/a',
      'http://127.9.9.9/a',
      'http://x.localhost/a',
    ]) {
      const names = [url, ...otherNames(new URL(url))];
      for (const name of local) assert.ok(names.includes(name), `${url} is ${name}`);
    }
    assert.deepEqual(otherNames(new URL('https://a.example./x?y')), ['https://a.example/x?y']);
    assert.deepEqual(otherNames(new URL('http://[::ffff:10.0.0.5]/')), ['http://10.0.0.5/']);
    assert.deepEqual(otherNames(new URL('https://a.example/')), []);
    for (const path of [
      '//denied',
      '/%64enied',
      '/x%2f..%2fdenied',
      '/denied?',
      '/x/%2e%2e//denied',
      '/x%5C../denied',
    ]) {
      const names = otherNames(new URL(`https://a.example${path}`));
      assert.ok(names.includes('https://a.example/denied'), `${path}: ${names}`);
    }
    assert.ok(otherNames(new URL('https://a.example/%F0%zz%ff')).every((name) => URL.canParse(name)));
  });

  it('send a body with its length, and unpack the answer', async () => {
    const { body } = await send(`http://localhost:${port}/packed`, { method: 'POST', body: Buffer.from('12345') });
    assert.equal(String(await buffer(body)), 'unpacked');
    assert.deepEqual(seen, [`POST localhost:${port} 5`]);
  });

  it('refuse headers that would begin another request', async () => {
    const headers: [string, string][] = [['x', 'a\r\nhost: other']];
    await assert.rejects(send(`http://localhost:${port}/`, { headers }), { code: 'ERR_INVALID_CHAR' });
    await assert.rejects(send('http://localhost:1/'), { code: 'ECONNREFUSED' });
  });

  it('know the addresses of this machine in all their forms', () => {
    for (const own of [
      '127.0.0.1',
      '127.9.9.9',
      '0.0.0.0',
      '169.254.169.254',
      '::1',
      '::',
      '::ffff:127.0.0.1',
      'fe80::1',
    ]) {
      assert.ok(isOwnAddress(own), own);
    }
    for (const other of ['10.0.0.1', '192.0.2.1', '::ffff:192.0.2.1', '2001:db8::1'])
      assert.ok(!isOwnAddress(other), other);
  });
});
