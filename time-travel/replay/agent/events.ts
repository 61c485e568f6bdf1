import { maskSecrets } from '../../../protocol/secretForms.ts';
import type { Agent } from './agent.ts';
import { beforeEnd } from './beforeEnd.ts';
import { watchHttp } from './httpEvents.ts';
import type { RecordedEvent, RecordedEventKind } from './jobs.ts';
import { describeCrossing } from './namedCrossings.ts';

const BATCH = 2000;
const LONGEST_TEXT = 200;
/** A secret that is cut in two would not be known. */
const LOOKED_AT = 2000;

/** Replays everything and reports what the program did with the outside: the rows of a timeline. */
export function collectEvents(agent: Agent): void {
  const { points, boundary } = agent;
  const events: RecordedEvent[] = [];
  const open = new WeakMap<object, RecordedEvent>();
  let time = 0;
  const flush = () => {
    while (events.length > 0) agent.channel.send({ event: 'events', events: events.splice(0, BATCH) });
  };
  /** `after`: what happens comes from outside, so the statement that it concerns is the next one. */
  const add = (kind: RecordedEventKind, text: string, after: boolean): RecordedEvent | undefined => {
    // Nothing of the program has run: Node is loading it.
    if (points.now === 0) return undefined;
    dropIdleTurn();
    const event = {
      kind,
      point: points.now + (after ? 1 : 0),
      time,
      text: maskSecrets(text.slice(0, LOOKED_AT)).slice(0, LONGEST_TEXT),
    };
    events.push(event);
    return event;
  };
  /** A turn of the event loop in which no statement ran was Node's own. */
  const dropIdleTurn = () => {
    const last = events.at(-1);
    if (last?.kind === 'timer' && last.point > points.now) events.pop();
  };
  boundary.onTime((milliseconds) => {
    time = milliseconds;
  });
  boundary.onCrossing({
    call(name, args) {
      const crossing = describeCrossing(name, args);
      if (crossing) add(crossing.kind, crossing.text, false);
    },
    event: dropIdleTurn,
    turn: (kind) => add('timer', kind === 'timers' ? 'timers that are due' : 'immediates', true),
  });
  const decoder = new TextDecoder();
  boundary.onOutput((_fd, bytes) => add('console', decoder.decode(bytes).trimEnd(), false));
  watchHttp(
    agent,
    (kind, text, subject) => {
      const event = add(kind, text, kind === 'request');
      if (event) open.set(subject, event);
    },
    (subject) => {
      const event = open.get(subject);
      if (event) event.end = { point: Math.max(event.point, points.now), time: Math.max(event.time, time) };
    },
  );
  // Kept to the end, because what has begun may still end.
  beforeEnd(agent, () => {
    dropIdleTurn();
    flush();
  });
}
