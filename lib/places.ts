import type { ServerResponse } from 'node:http';

/*
 * What an app does for a request may outlast its answer: the client leaves, or the time is over, and the action works on. Who lets in
 * so many at a time gives a response its place; who works for it takes the place as well, until the work is over.
 */

/** The place of a request among those that are let in at a time. */
export interface Place {
  /** What it returns gives the place back. */
  take(): () => void;
}

const PLACES = Symbol('places');

type Placed = ServerResponse & { [PLACES]?: readonly Place[] };

/** So that nothing is looked for where nobody gives any. */
let isGiven = false;

export function givePlace(response: ServerResponse, place: Place): void {
  isGiven = true;
  const placed = response as Placed;
  // Each app that it passes through may have a limit of its own.
  placed[PLACES] = [...(placed[PLACES] ?? []), place];
}

/** Takes the places of a response; none where it has none. What it returns gives them back, and may be called again. */
export function takePlaces(response: ServerResponse): (() => void) | undefined {
  const places = isGiven ? (response as Placed)[PLACES] : undefined;
  if (!places) return undefined;
  const taken = places.map((place) => place.take());
  return () => {
    for (const giveBack of taken) giveBack();
  };
}
