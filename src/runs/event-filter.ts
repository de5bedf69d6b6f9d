import type { EventFilter, OwnedEvent } from "../store/events.ts";

/* What `readOwnedEvents` asks the database for, said once more for events that have been read. */

/** Whether a filter lets an event through. */
export function isWanted({ owner, batch, run }: EventFilter, told: OwnedEvent): boolean {
  return (
    (owner === undefined || owner === told.owner) &&
    (batch === undefined || batch === told.event.batchUUID) &&
    (run === undefined || run === told.event.runUUID)
  );
}

/** PostgreSQL tells UUIDs in small letters and takes them in any. */
export function inSmallLetters(filter: EventFilter): EventFilter {
  const written = Object.entries(filter).filter(([, uuid]) => uuid !== undefined);
  return Object.fromEntries(written.map(([name, uuid]) => [name, String(uuid).toLowerCase()]));
}

/** The narrowest filter that lets through whatever one of these does; of one alone, that one itself. */
export function commonFilter([first = {}, ...others]: readonly EventFilter[]): EventFilter {
  const common = Object.entries(first).filter(([name, uuid]) =>
    others.every((other) => other[name as keyof EventFilter] === uuid),
  );
  return Object.fromEntries(common);
}
