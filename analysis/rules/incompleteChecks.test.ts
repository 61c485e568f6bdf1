import assert from 'node:assert/strict';
import { analyzeText } from '../workspace/engine.ts';

const rulesOf = (body: string): string[] =>
  analyzeText('/shop/check.js', `exports.check = (text, url) => {\n${body}\n};\n`).map(({ rule }) => rule);

const sanitization = {
  flagged: [
    `return text.replace("'", "''");`,
    `return text.replace(/</, '&lt;');`,
    `return text.replace('"', '');`,
    `return text.replace(/"/g, '\\\\"');`,
    `return text.replace(/\\.\\.\\//g, '');`,
    `return text.replace(/<script\\b[^>]*>[\\s\\S]*?<\\/script>/gi, '');`,
    `return text.replace(/<!--.*?-->/g, '');`,
    `return text.replace(/<(\\w+)[^>]*\\/>/g, '<$1></$1>');`,
  ],
  silent: [
    `return text.replaceAll("'", "''");`,
    `return text.replace(/</g, '&lt;');`,
    `return text.replace('<', '').replace('>', '');`,
    `return text.replace(/\\\\/g, '\\\\\\\\').replace(/"/g, '\\\\"');`,
    `return text.replace('%', '');`,
    `return text.replace('-', '_');`,
    `while (text.includes('../')) text = text.replace(/\\.\\.\\//g, '');\nreturn text;`,
  ],
};

const address = {
  flagged: [
    `return url.toLowerCase().indexOf('javascript:') === 0 ? '' : url;`,
    `return new URL(url).protocol === 'javascript:';`,
    `return /^\\s*javascript:/i.test(url);`,
    `return url.includes('example.com');`,
    `return url.startsWith('https://example.com');`,
    `return new URL(url).host.endsWith('example.com');`,
    `return /^https:\\/\\/www.example.com\\//.test(url);`,
    `return /https:\\/\\/www\\.example\\.com\\//.test(url);`,
  ],
  silent: [
    `return /^(javascript|data|vbscript):/i.test(url) ? '' : url;`,
    `return url.startsWith('https://example.com/');`,
    `return new URL(url).host.endsWith('.example.com');`,
    `return ['a.example.com', 'example.com'].includes(url);`,
    `return /^https:\\/\\/www\\.example\\.com\\//.test(url);`,
    `return text.endsWith('@example.com');`,
  ],
};

describe('checks that others pass too', () => {
  for (const [rule, { flagged, silent }] of Object.entries({
    'incomplete-sanitization': sanitization,
    'incomplete-address-check': address,
  })) {
    for (const body of flagged) it(`${rule}: ${body}`, () => assert.deepEqual(rulesOf(body), [rule]));
    for (const body of silent) it(`nothing: ${body}`, () => assert.deepEqual(rulesOf(body), []));
  }
});
