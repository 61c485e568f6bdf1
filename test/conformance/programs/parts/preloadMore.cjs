(globalThis.preloads ??= []).push('second');
