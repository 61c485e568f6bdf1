import assert from 'node:assert/strict';
import { analyzeText } from '../workspace/engine.ts';
import { embeddedScripts } from './embedded.ts';

describe('scripts inside pages and components', () => {
  const page = `<html>\r\n<script type="application/json">{ "a": 1 }</script>
<!-- <script>eval(location.hash)</script> -->
<body><script>
  document.getElementById('x').innerHTML = location.hash;
</script></body>
`;

  it('keep their place, and nothing else is left', () => {
    const { code } = embeddedScripts(page);
    assert.equal(code.length, page.length);
    assert.equal(code.indexOf('document'), page.indexOf('document'));
    assert.equal(code.trim(), "document.getElementById('x').innerHTML = location.hash;");
  });

  it('are analysed, with findings at their lines in the file', () => {
    const found = analyzeText('/page.html', page);
    assert.deepEqual(
      found.map(({ rule, start }) => `${start.line + 1} ${rule}`),
      ['5 cross-site-scripting'],
    );
  });

  it('may be TypeScript in Vue and Svelte', () => {
    const text = `<template><p/></template>
<script setup lang="ts">
const agent: object = { rejectUnauthorized: false } as const;
</script>
`;
    for (const path of ['/a.vue', '/a.svelte']) assert.equal(analyzeText(path, text)[0]?.start.line, 2);
  });
});
