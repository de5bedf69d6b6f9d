import { z } from "zod";

/** What is worth a message to whoever runs the installation. */
export const NotificationKind = z.enum(["batch.ended", "batch.failing", "budget.reached"]);
export type NotificationKind = z.output<typeof NotificationKind>;

/** Whom to tell what, of all owners. */
export interface NotificationSettings {
  /** As Slack and what is alike take a message, or as JSON that a program reads. */
  readonly format: "json" | "slack";
  readonly url: string;
  readonly kinds: readonly NotificationKind[];
  /** Share of a batch's runs, 0 to 1, above which its failures are told. */
  readonly failureRate: number;
}

const Kinds = z
  .string()
  .transform((text) =>
    text
      .split(",")
      .map((item) => item.trim())
      .filter((item) => item !== ""),
  )
  .pipe(z.array(NotificationKind));

/** Rows for the table of all settings in config.ts. */
export const NOTIFICATION_SETTINGS = {
  MASKLOOM_NOTIFY_URL: {
    file: "notify.url",
    type: z
      .url({ protocol: /^https?$/, error: "expected a URL that begins with http:// or https://" })
      .optional(),
  },
  MASKLOOM_NOTIFY_FORMAT: { file: "notify.format", type: z.enum(["json", "slack"]).default("json") },
  MASKLOOM_NOTIFY_ON: { file: "notify.on", type: Kinds.default([...NotificationKind.options]) },
  MASKLOOM_NOTIFY_FAILURE_RATE: {
    file: "notify.failureRate",
    type: z.coerce.number().min(0).max(1).default(0.2),
  },
} as const;

interface Given {
  readonly MASKLOOM_NOTIFY_URL?: string | undefined;
  readonly MASKLOOM_NOTIFY_FORMAT: NotificationSettings["format"];
  readonly MASKLOOM_NOTIFY_ON: readonly NotificationKind[];
  readonly MASKLOOM_NOTIFY_FAILURE_RATE: number;
}

/** @returns null where nobody is to be told */
export const notificationSettingsOf = (given: Given): NotificationSettings | null =>
  given.MASKLOOM_NOTIFY_URL === undefined
    ? null
    : {
        format: given.MASKLOOM_NOTIFY_FORMAT,
        url: given.MASKLOOM_NOTIFY_URL,
        kinds: given.MASKLOOM_NOTIFY_ON,
        failureRate: given.MASKLOOM_NOTIFY_FAILURE_RATE,
      };
