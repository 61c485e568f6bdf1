import assert from 'node:assert/strict';
import { plainText } from './plainText.ts';

describe('text of a program in a message of the editor', () => {
  it('makes no link', () => {
    const text = plainText('/app/[Click](command:workbench.action.quit) and [x](https://example.com)');
    assert.doesNotMatch(text, /\[[^\]]+\]\((?:https?:\/\/|command:|file:)/);
    assert.match(text, /Click/);
  });

  it('hides nothing and has no line of its own', () => {
    assert.equal(plainText('a\nb\u202egnp.exe\u0007'), 'a b\\u202egnp.exe\\u0007');
  });

  it('is no longer than a message', () => {
    assert.match(plainText('x'.repeat(5000)), /^x{300}… \(5000 characters\)$/);
  });
});
