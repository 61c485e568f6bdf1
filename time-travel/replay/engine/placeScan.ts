import { ApexError } from '../../../protocol/errors.ts';
import { type AgentMessage, decodePoints, type Place } from '../agent/jobs.ts';
import type { PlaceFacts } from './facts.ts';

/** Milliseconds, and times a plain replay, after which what is evaluated at visits is held to be endless. */
const PATIENCE = 3000;
const COST = 20;

/** Something of the person's own is evaluated at each visit. */
export const evaluates = ({ condition, expressions }: Pick<Place, 'condition' | 'expressions'>): boolean =>
  condition !== undefined || Boolean(expressions?.length);

/** Gathers what a replay tells of places. */
export class PlaceScan {
  readonly #places: readonly Place[];
  readonly #facts: Map<number, PlaceFacts>;

  constructor(places: readonly Place[]) {
    this.#places = places;
    this.#facts = new Map(places.map(({ id }) => [id, { loaded: false, points: [], values: [] }]));
  }

  /** In the order of the places. */
  get facts(): PlaceFacts[] {
    return this.#places.map(({ id }) => this.#facts.get(id)!);
  }

  /** False for a message about something else. */
  receive(message: Extract<AgentMessage, { event: string }>): boolean {
    if (message.event === 'resolved') {
      for (const { id, position } of message.places) {
        const place = this.#facts.get(id)!;
        place.loaded = true;
        place.resolved ??= position;
      }
      return true;
    }
    if (message.event !== 'visits') return false;
    for (const { place, points, values } of message.visits) {
      const known = this.#facts.get(place)!;
      const decoded = decodePoints(points);
      const stride = (values?.length ?? 0) / decoded.length;
      decoded.forEach((point, index) => {
        known.points.push(point);
        if (values) known.values.push(values.slice(index * stride, (index + 1) * stride));
      });
    }
    return true;
  }
}

/**
 * What is evaluated at each visit may not end, and nothing inside the replaying process could stop it.
 * `once` resolves with the milliseconds that a plain replay takes, `stop` ends the process.
 * @throws ApexError `no-answer`
 */
export async function endsInTime(once: Promise<number>, ended: Promise<void>, stop: () => void): Promise<void> {
  const milliseconds = await Promise.race([once, ended]);
  if (milliseconds === undefined) return;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => {
        reject(new ApexError('no-answer', 'Its condition or expression did not end.'));
        stop();
      },
      PATIENCE + milliseconds * COST,
    );
  });
  await Promise.race([ended, late]).finally(() => clearTimeout(timer));
}
