(globalThis.preloads ??= []).push('first');
process.on('exit', () => console.log('at the end'));
