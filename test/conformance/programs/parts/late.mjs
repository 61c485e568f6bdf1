export const late = (x) => x * 21;
await null;
