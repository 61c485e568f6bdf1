// A native addon of which the functions are hidden from enumeration, as Node-API makes them when it is not told otherwise.
// The prebuilt file itself is an optional dependency, for Linux on x64.
const addon = require('@msgpackr-extract/msgpackr-extract-linux-x64/node.napi.glibc.node');

console.log(Object.keys(addon), Object.getOwnPropertyNames(addon), typeof addon.extractStrings, addon.extractStrings.name);
// A MessagePack array of "abc" and "de".
const { buffer } = new Uint8Array([0x92, 0xa3, 0x61, 0x62, 0x63, 0xa2, 0x64, 0x65]);
console.log(addon.extractStrings(1, buffer.byteLength, buffer));
