import type { NotificationSettings } from "../../config/notification-settings.ts";
import type { Notification } from "../../contracts/notification.ts";

type OfType<Type extends Notification["type"]> = Extract<Notification, { type: Type }>;

/** One sentence for people, in plain text. */
const SENTENCES: { readonly [Type in Notification["type"]]: (notification: OfType<Type>) => string } = {
  "batch.ended": ({ workflow, status, runs, cost }) => {
    const counts = Object.entries(runs)
      .sort(([, one], [, other]) => other - one)
      .map(([name, count]) => `${count} ${name}`);
    const how = status === "cancelled" ? "was cancelled" : "has ended";
    const money = cost > 0 ? `, for $${cost.toFixed(2)}` : "";
    return `A batch of ${workflow} ${how}: ${counts.join(", ") || "no runs"}${money}`;
  },
  "batch.failing": ({ workflow, ended, failed, code }) =>
    `Of a batch of ${workflow} ${failed} of ${ended} runs failed so far${code === null ? "" : `, most with ${code}`}`,
  "budget.reached": ({ workflow, held, reason }) =>
    `${held} ${held === 1 ? "task" : "tasks"} of a batch of ${workflow} ${held === 1 ? "waits" : "wait"} for money: ${reason}`,
};

export function sentenceOf<Type extends Notification["type"]>(notification: OfType<Type>): string {
  const write: (given: OfType<Type>) => string = SENTENCES[notification.type as Type];
  return write(notification);
}

/**
 * What is sent, as JSON text.
 * @param publicUrl of the server, for a link to the batch; without one there is none
 */
export function notificationBody(
  notification: Notification,
  format: NotificationSettings["format"],
  publicUrl: string | undefined,
): string {
  const url = publicUrl === undefined ? null : `${publicUrl}/batches/${notification.batchUUID}`;
  const text = sentenceOf(notification);
  if (format === "json") return JSON.stringify({ ...notification, text, url });
  const link = url === null ? "" : ` <${url}|Show>`;
  return JSON.stringify({ text: `${slackText(text)}${link}` });
}

/** A message that tells nothing but that it arrives, as JSON text; nothing of it is stored. @param host that sends it */
export function testBody(host: string, format: NotificationSettings["format"]): string {
  const text = `A test of Maskloom on ${host}: its messages about batches and budgets come here`;
  return JSON.stringify(format === "json" ? { type: "test", host, text } : { text: slackText(text) });
}

/** The three characters that mean something to Slack: "Formatting text for app surfaces", escaping text. */
const slackText = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
