import { createHmac } from "node:crypto";
import type { TaskAnswer } from "../../protocol/task-service.ts";
import { readSecret } from "../../store/secrets.ts";
import type { Store } from "../../store/store.ts";

/* Signed as "Standard Webhooks" 1.0.0 describes it, so that receivers can check it with any of its libraries. */

export interface WebhookMessage {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Whether the body is the item (or the error) itself, or `{"data":[item]}`: the API's own clients disagree. */
export type WebhookBody = "flat" | "wrapped";

interface Signing {
  readonly secret: Uint8Array;
  /** The same for every attempt, so that a receiver can tell a repetition. */
  readonly id: string;
  readonly now: Date;
}

export function webhookMessage(
  answer: TaskAnswer,
  form: WebhookBody,
  { secret, id, now }: Signing,
): WebhookMessage {
  return signedMessage(JSON.stringify(form === "flat" ? flat(answer) : wrapped(answer)), { secret, id, now });
}

/** Any JSON text on its way. */
export function signedMessage(body: string, { secret, id, now }: Signing): WebhookMessage {
  const timestamp = String(Math.floor(now.getTime() / 1000));
  const signature = createHmac("sha256", secret).update(`${id}.${timestamp}.${body}`).digest("base64");
  return {
    body,
    headers: {
      "content-type": "application/json",
      "webhook-id": id,
      "webhook-timestamp": timestamp,
      "webhook-signature": `v1,${signature}`,
    },
  };
}

const flat = (answer: TaskAnswer): object => ("item" in answer ? answer.item : answer.error);

const wrapped = (answer: TaskAnswer): object =>
  "item" in answer ? { data: [answer.item] } : { errors: [answer.error] };

/** The key's bytes: `whsec_` and base64, as those libraries write it, or any other text as it stands. */
export function webhookSecret(text: string): Uint8Array {
  const PREFIX = "whsec_";
  return text.startsWith(PREFIX) ? Buffer.from(text.slice(PREFIX.length), "base64") : Buffer.from(text);
}

/** What webhooks of this installation are signed with. @param configured else one of its own */
export function readWebhookSecret(
  store: Pick<Store, "db">,
  configured: string | undefined,
): Promise<Uint8Array> {
  return configured === undefined
    ? readSecret(store.db, "webhooks")
    : Promise.resolve(webhookSecret(configured));
}
