import { randomUUID } from "node:crypto";
import type { Duplex } from "node:stream";
import type { WebSocketServer } from "ws";
import { MaskloomError } from "../errors.ts";
import type { Logger } from "../logging/log.ts";
import { errorAnswer } from "./error-answer.ts";
import { endWithAnswer } from "./raw-answer.ts";

/** Answers an upgrade that is not granted. */
export function refuseUpgrade(socket: Duplex, thrown: unknown, log: Logger): void {
  const requestId = randomUUID();
  const { status, headers, body } = errorAnswer(thrown, requestId);
  if (status >= 500) log.error({ requestId, err: thrown }, "an upgrade failed");
  endWithAnswer(socket, status, { ...headers, "x-request-id": requestId }, body);
}

/** The same for a handshake that is none, where `ws` by itself would answer with a bare sentence. */
export function refuseBadHandshakes(sockets: WebSocketServer, log: Logger): void {
  sockets.on("wsClientError", ({ message }, socket) => {
    const expected = "expected a handshake of RFC 6455, version 13";
    refuseUpgrade(socket, new MaskloomError("INPUT_INVALID", `WebSocket: ${expected}: ${message}`), log);
  });
}
