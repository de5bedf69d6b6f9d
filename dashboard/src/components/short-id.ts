const CHARACTERS = 8;

/** Of version 7, which begins with the time: all that was begun within a minute begins alike, and ends by chance. */
const BEGINS_WITH_TIME = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** As much of a UUID or digest as tells it from others that are seen beside it. */
export function shortId(id: string): string {
  return BEGINS_WITH_TIME.test(id) ? `…${id.slice(-CHARACTERS)}` : id.slice(0, CHARACTERS);
}
