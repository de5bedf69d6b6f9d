import { randomUUID } from "node:crypto";
import type { Duplex } from "node:stream";
import type { Logger } from "../log.ts";
import { errorAnswer } from "./error-answer.ts";
import { endWithAnswer } from "./raw-answer.ts";

/** Answers an upgrade that is not granted. */
export function refuseUpgrade(socket: Duplex, thrown: unknown, log: Logger): void {
  const requestId = randomUUID();
  const { status, headers, body } = errorAnswer(thrown, requestId);
  if (status >= 500) log.error({ requestId, err: thrown }, "an upgrade failed");
  endWithAnswer(socket, status, { ...headers, "x-request-id": requestId }, body);
}
