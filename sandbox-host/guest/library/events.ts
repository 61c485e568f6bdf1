/** Node's EventEmitter, from npm: a function that old packages call on their own objects, and classes extend. */
import events from 'events/events.js';

export const { EventEmitter, once } = events;
