import type { IncomingHttpHeaders } from "node:http";
import { LIVE_KEY_PREFIX } from "../contracts/api.ts";

/** From the header, or from the subprotocols of a WebSocket, since browsers cannot set its headers. */
export function apiKeyOf(headers: IncomingHttpHeaders): string | undefined {
  const [, token] = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? "") ?? [];
  if (token !== undefined) return token;
  const offered = headers["sec-websocket-protocol"]?.split(",").map((protocol) => protocol.trim()) ?? [];
  const carrier = offered.find((protocol) => protocol.startsWith(LIVE_KEY_PREFIX));
  if (carrier === undefined) return undefined;
  return Buffer.from(carrier.slice(LIVE_KEY_PREFIX.length), "base64url").toString("utf8");
}
