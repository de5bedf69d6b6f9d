/* Apart from the schemas, so that a page can know it without loading them. */

/** WebSocket subprotocols: browsers cannot set headers, so a key travels as the second one, in base64url. */
export const LIVE_PROTOCOL = "maskloom.events.v1";
export const LIVE_KEY_PREFIX = "maskloom.key.";
