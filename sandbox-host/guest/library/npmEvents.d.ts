/** The npm package has the interface of Node's module. */
declare module 'events/events.js' {
  import events from 'node:events';

  export default events;
}
