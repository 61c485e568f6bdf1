import { createRequire } from 'node:module';
import data from './parts/data.json' with { type: 'json' };
import { late } from './parts/late.mjs';

const require = createRequire(import.meta.url);
console.log(late(2), data.name, require('./parts/common.cjs').value, import.meta.filename.endsWith('moduleKinds.mjs'));
const again = await import('./parts/late.mjs');
console.log(again.late === late);
await import('./parts/missing.mjs').catch((error) => console.log(error.code));
await import('./parts/common.cjs').then((module) => console.log(Object.keys(module).join()));
