import type { NotificationSettings } from "../../config/notification-settings.ts";
import { startLoop } from "../../queue/loop.ts";
import {
  type DueNotification,
  dueNotifications,
  forgetNotifications,
  noteAttempt,
  noteNotifications,
} from "../../store/notifications.ts";
import { delayAfter, type Patience, sendOnce } from "../api/send-result.ts";
import { readWebhookSecret, signedMessage } from "../api/webhook.ts";
import type { Services } from "../services.ts";
import { notificationBody } from "./notification-body.ts";

interface KeepNotifyingOptions {
  readonly onError: (error: unknown) => void;
  readonly pollMs?: number;
  readonly patience?: Patience;
}

/** Two seconds, then longer and longer: for about four hours in all. */
const PATIENCE: Patience = { attempts: 32, firstMs: 2_000, mostMs: 600_000, timeoutMs: 10_000 };
const AT_ONCE = 20;
const POLL_MS = 5_000;

type NotifyServices = Pick<Services, "store" | "outside" | "config">;

/**
 * Tells what there is to tell for as long as this process leads. What is to be told is a row until it has been told, so
 * whoever leads next goes on with it; after a crash in between it is told again, under the same id.
 */
export function startNotifying(
  services: NotifyServices,
  { onError, pollMs = POLL_MS, patience = PATIENCE }: KeepNotifyingOptions,
): { stop(): Promise<void> } {
  const { store, config } = services;
  const settings = config.notifications;
  if (settings === null) return { stop: async () => undefined };
  const stopping = new AbortController();
  const look = async () => {
    await noteNotifications(store.db, settings);
    const due = await dueNotifications(store.db, AT_ONCE);
    for (const one of due) await tell(services, settings, one, patience, stopping.signal);
    await forgetNotifications(store.db);
    return due.length === AT_ONCE ? ("again" as const) : ("idle" as const);
  };
  const patientLook = () =>
    look().catch((error: unknown) => {
      if (!stopping.signal.aborted) throw error;
      return "idle" as const;
    });
  const loop = startLoop(patientLook, { pollMs, onError });
  return {
    async stop() {
      stopping.abort();
      await loop.stop();
    },
  };
}

async function tell(
  { store, outside, config }: NotifyServices,
  { url, format }: NotificationSettings,
  { uuid, attempts, notification }: DueNotification,
  patience: Patience,
  signal: AbortSignal,
): Promise<void> {
  const secret = await readWebhookSecret(store, config.api.webhookSecret);
  const body = notificationBody(notification, format, config.server.publicUrl);
  const message = signedMessage(body, { secret, id: `msg_${uuid}`, now: new Date() });
  const sent = await sendOnce(outside, url, { method: "POST", ...message, signal }, patience);
  const made = attempts + 1;
  const isOver = sent.kind === "taken" || sent.isFinal || made >= patience.attempts;
  await noteAttempt(store.db, uuid, {
    reason: sent.kind === "taken" ? null : sent.error.message,
    againMs: isOver ? null : delayAfter(made, patience, Math.random()),
  });
}
