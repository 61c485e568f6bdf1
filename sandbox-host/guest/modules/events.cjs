// Node's EventEmitter, from npm: a function that old packages call on their own objects, and classes extend. Each name is
// assigned, so that `import { once } from 'events'` finds it.
const events = require('events/events.js');

module.exports = events;
module.exports.EventEmitter = events;
module.exports.once = events.once;
