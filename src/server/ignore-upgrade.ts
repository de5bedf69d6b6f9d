import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";

/** Headers that belong to the upgrade alone. */
const DROPPED = new Set(["upgrade", "http2-settings"]);

/**
 * Java's HTTP client and others offer HTTP/2 with every plain request; an offer that is not taken up is to be ignored
 * (RFC 9110, section 7.8). Node hands all of them to the upgrade listener with the body unread, so the request is put
 * back in front of the socket without its offer, and the connection begins anew.
 */
export function ignoreUpgrade(server: Server, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  const { method, url, httpVersion, rawHeaders } = request;
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const [name = "", value = ""] = rawHeaders.slice(at, at + 2);
    const lower = name.toLowerCase();
    if (DROPPED.has(lower)) continue;
    lines.push(`${name}: ${lower === "connection" ? withoutUpgrade(value) : value}`);
  }
  const start = Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1"); // as Node decoded it
  socket.unshift(Buffer.concat([start, head]));
  server.emit("connection", socket);
}

function withoutUpgrade(connection: string): string {
  const tokens = connection.split(",").map((token) => token.trim());
  return tokens.filter((token) => !DROPPED.has(token.toLowerCase())).join(", ") || "keep-alive";
}
