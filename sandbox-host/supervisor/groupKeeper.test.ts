import assert from 'node:assert/strict';
import { type GroupSpec, groupSpecSchema, type Outcome } from '../../protocol/sandbox.ts';
import { GroupKeeper } from './groupKeeper.ts';

const usage = { wallMs: 0, cpuMs: 0, memoryMb: 0 };
const crashed: Outcome = { ok: false, failure: { code: 'uncaught', message: 'boom' }, usage };

describe('groups of sandboxes', () => {
  const make = (spec: Partial<GroupSpec>) => {
    const log: string[] = [];
    const labels = new Map<string, string>();
    const keeper = new GroupKeeper({
      start: async ({ label }, started) => {
        const id = `sandbox-${labels.size + 1}`;
        labels.set(id, label!.slice(2));
        log.push(`+${label!.slice(2)}`);
        started(id);
      },
      stop: (id) => log.push(`-${labels.get(id)}`),
      audit: () => {},
      changed: ({ status, problem }) => log.push(`${status}${problem ? ' with a problem' : ''}`),
    });
    const children = ['a', 'b', 'c'].map((name) => ({ name, file: `/${name}.js` }));
    const parsed = groupSpecSchema.parse({ name: 'g', children, ...spec });
    const end = async (name: string, outcome: Outcome = crashed) => {
      const child = keeper.list()[0]!.children.find((known) => known.name === name);
      keeper.sandboxEnded(child!.sandbox!, outcome);
      await new Promise(setImmediate);
      return log.splice(0).join(' ');
    };
    const begin = async () => {
      await keeper.start(parsed);
      return log.splice(0).join(' ');
    };
    return { keeper, begin, end };
  };

  const strategies = {
    one_for_one: '+b running',
    one_for_all: '-c -a +a +b +c running',
    rest_for_one: '-c +b +c running',
  } as const;
  for (const [strategy, expected] of Object.entries(strategies)) {
    it(`restart by ${strategy}`, async () => {
      const { begin, end } = make({ strategy: strategy as GroupSpec['strategy'] });
      assert.equal(await begin(), '+a +b +c');
      assert.equal(await end('b'), expected);
      assert.equal(await end('b'), expected);
    });
  }

  it('end when they restart too often', async () => {
    const { begin, end, keeper } = make({ maxRestarts: 1 });
    await begin();
    await end('a');
    assert.equal(await end('a'), '-c -b failed with a problem');
    assert.match(keeper.list()[0]!.problem!, /More than 1 restarts in 60000 ms; the last of "a"/);
  });

  it('do not restart what ended well or was stopped, unless it is permanent, and end when all have', async () => {
    const children: GroupSpec['children'] = [
      { name: 'a', file: '/a', restart: 'transient' },
      { name: 'b', file: '/b', restart: 'permanent' },
      { name: 'c', file: '/c', restart: 'temporary' },
    ];
    const { begin, end, keeper } = make({ children });
    await begin();
    assert.equal(await end('a', { ok: true, usage }), '');
    assert.equal(await end('c'), '');
    assert.equal(await end('b', { ok: true, usage }), '+b running');
    assert.equal(keeper.stop('g').status, 'ended');
    assert.throws(() => keeper.stop('h'), { code: 'no-such-group' });
    const stopped = { ...crashed, failure: { code: 'stopped' as const, message: '' } };
    const plain = make({ children: [{ name: 'a', file: '/a', restart: 'transient' }] });
    await plain.begin();
    assert.equal(await plain.end('a', stopped), 'ended');
  });
});
