import { randomUUID } from "node:crypto";
import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import type { Logger } from "../log.ts";
import { errorAnswer } from "./error-answer.ts";
import { SECURITY_HEADERS } from "./security-headers.ts";

/** Answers an upgrade that is not granted: Node leaves the bare socket to us, so the response is written by hand. */
export function refuseUpgrade(socket: Duplex, thrown: unknown, log: Logger): void {
  const requestId = randomUUID();
  const { status, headers, body } = errorAnswer(thrown, requestId);
  if (status >= 500) log.error({ requestId, err: thrown }, "an upgrade failed");
  const text = JSON.stringify(body);
  const lines = Object.entries({
    ...SECURITY_HEADERS,
    ...headers,
    "x-request-id": requestId,
    "content-type": "application/json; charset=utf-8",
    "content-length": String(Buffer.byteLength(text)),
    connection: "close",
  }).map(([name, value]) => `${name}: ${value}`);
  /* Node lets sockets be half open; a client that never closes its half would hold the server when it closes. */
  socket.once("finish", () => socket.destroy());
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\n${lines.join("\r\n")}\r\n\r\n${text}`);
}
