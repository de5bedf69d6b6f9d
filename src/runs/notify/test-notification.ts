import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { fromErrorRecord, MaskloomError } from "../../errors.ts";
import { type Patience, sendOnce } from "../api/send-result.ts";
import { readWebhookSecret, signedMessage } from "../api/webhook.ts";
import type { Services } from "../services.ts";
import { testBody } from "./notification-body.ts";

/** Somebody waits for what becomes of it. */
const PATIENCE: Patience = { attempts: 1, firstMs: 0, mostMs: 0, timeoutMs: 10_000 };

interface TestedNotification {
  /** Host of the receiver; the rest of its address may be a secret. */
  readonly target: string;
  readonly milliseconds: number;
}

/**
 * Sends one message as all the others are sent, once.
 * @throws INPUT_INVALID where no address is configured; FETCH_FAILED or TARGET_REFUSED with what the receiver says
 */
export async function sendTestNotification(
  { store, outside, config }: Pick<Services, "store" | "outside" | "config">,
  signal: AbortSignal,
): Promise<TestedNotification> {
  const { notifications, api } = config;
  if (notifications === null) {
    throw new MaskloomError(
      "INPUT_INVALID",
      "notifications: expected MASKLOOM_NOTIFY_URL, the address that messages go to, got none; docs/operations.md, Messages",
    );
  }
  const { url, format } = notifications;
  const secret = await readWebhookSecret(store, api.webhookSecret);
  const signing = { secret, id: `msg_${randomUUID()}`, now: new Date() };
  const message = signedMessage(testBody(hostname(), format), signing);
  const began = performance.now();
  const sent = await sendOnce(outside, url, { method: "POST", ...message, signal }, PATIENCE);
  if (sent.kind === "refused") {
    const { code, message: fact } = sent.error;
    throw fromErrorRecord({ code, message: `${new URL(url).host}: the message was not taken: ${fact}` });
  }
  return { target: new URL(url).host, milliseconds: Math.round(performance.now() - began) };
}
