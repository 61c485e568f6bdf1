import assert from 'node:assert/strict';
import { terminalText } from './terminalText.ts';

describe('text of a program for a terminal', () => {
  it('keeps lines and colours', () => {
    const text = 'a\tb\r\n\u001b[1;31mred\u001b[0m \u001b[38:2:1:2:3mx\u001b[m ä 日本';
    assert.equal(terminalText(text), text);
  });

  it('steers nothing else', () => {
    const attacks = [
      '\u001b]52;c;aGk=\u0007',
      '\u001b[2J',
      '\u001b[6n',
      '\u001b]0;title\u001b\\',
      '\u009b2J',
      '\u001bc',
      'a\b\b',
      '\u001b[31',
    ];
    for (const attack of attacks)
      assert.doesNotMatch(terminalText(attack), /[\u001b\u0007\u0008\u009b]/, JSON.stringify(attack));
  });
});
