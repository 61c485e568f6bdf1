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

  it('decide what markup shows without escaping', () => {
    const found = (path: string, text: string): string[] =>
      analyzeText(path, text).map(({ rule, start }) => `${start.line + 1} ${rule}`);
    const setup = `<template>
  <p v-html="intro"/><p v-html="$sanitize(intro)"/>
  <li v-for="part in parts" v-html="part"/>
</template>
<script setup>
const intro = decodeURIComponent(location.hash.slice(1));
const parts = intro.split('-');
</script>
`;
    assert.deepEqual(found('/a.vue', setup), ['2 cross-site-scripting', '3 cross-site-scripting']);
    const options = `<template><div><p v-html="text"/><p v-html="fixed"/><p>{{ text }}</p></div></template>
<script>
export default {
  data() { return { text: '', fixed: '<b>fixed</b>' }; },
  mounted() { this.text = location.hash; },
};
</script>
`;
    assert.deepEqual(found('/b.vue', options), ['1 cross-site-scripting']);
    const svelte = `<script>
  let name = new URLSearchParams(location.search).get('name');
  const rows = [location.hash];
</script>
<p>{name}</p>
<p>{@html name}</p>
{#each rows as row}
  {@html row}
{/each}
`;
    assert.deepEqual(found('/c.svelte', svelte), ['6 cross-site-scripting', '8 cross-site-scripting']);
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
