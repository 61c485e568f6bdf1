// stdin: first line\nsecond line\n
const readline = require('node:readline');
const lines = readline.createInterface({ input: process.stdin });
lines.on('line', (line) => console.log('line', line));
lines.on('close', () => console.log('end', process.stdin.isTTY));
