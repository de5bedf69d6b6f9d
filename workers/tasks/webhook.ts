import { WebhookParameters, type WebhookResult } from "../../src/contracts/outside-tasks.ts";
import { shownAddress } from "../../src/contracts/shown-address.ts";
import { parseAs } from "../../src/errors.ts";
import { signedMessage } from "../../src/runs/api/webhook.ts";
import { checkTaken } from "./check-taken.ts";
import type { TaskHandler } from "./task-services.ts";

const TIMEOUT_MS = 30_000;
/** It is stored with the run, and expressions may look into it. */
const MOST_ANSWERED = 64 * 1024;

/** JSON posted to an address; the id is the same for every attempt, so that a receiver can tell a repetition. */
export const webhook: TaskHandler = async ({ task, services, stopwatch, signal }) => {
  const { url, body } = parseAs(WebhookParameters, task.input, `input of task ${task.taskUUID}`);
  const secret = await services.webhookSecret();
  const signing = { secret, id: `msg_${task.taskUUID}`, now: new Date() };
  const { status, answered } = await stopwatch.time("send", () =>
    services.outside.send(url, {
      method: "POST",
      ...signedMessage(JSON.stringify(body), signing),
      timeoutMs: TIMEOUT_MS,
      signal,
      mostBytes: MOST_ANSWERED,
    }),
  );
  checkTaken(`POST ${shownAddress(url)}`, status);
  const output: WebhookResult = { response: readAnswer(answered?.bytes) };
  const warnings = answered?.isCut
    ? [`the answer is longer than ${MOST_ANSWERED / 1024} KiB and was cut`]
    : [];
  return { kind: "succeeded", output, warnings, cost: null };
};

/** What says that it is JSON often is not, and the other way round: what can be read as JSON is. */
function readAnswer(bytes?: Uint8Array): WebhookResult["response"] {
  const text = new TextDecoder().decode(bytes ?? new Uint8Array());
  if (text.trim() === "") return null;
  try {
    return JSON.parse(text) as WebhookResult["response"];
  } catch {
    return text;
  }
}
