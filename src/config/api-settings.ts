import { z } from "zod";

/** What the compatible API is told by the configuration, besides where it listens. */
export interface ApiSettings {
  /** US dollars of one result, by any name of its model in small letters; others cost nothing. */
  readonly prices: ReadonlyMap<string, number>;
  /** Webhooks are signed with it; without it with one of the installation's own. */
  readonly webhookSecret: string | undefined;
  /** Whether a webhook's body is the result itself or `{"data":[result]}`. */
  readonly webhookBody: "flat" | "wrapped";
  /** Whether a mask is also sent as imageUUID and imageURL, as some official clients read it. */
  readonly imageAliases: boolean;
}

/** `face_yolov8n=0.0006,local:fill=0` */
const Prices = z.string().transform((text, context) => {
  const prices = new Map<string, number>();
  for (const entry of text.split(",").filter((part) => part.trim() !== "")) {
    const [, model, price] = /^\s*(\S+?)\s*=\s*(\d+(?:\.\d+)?)\s*$/.exec(entry) ?? [];
    if (model === undefined || price === undefined) {
      context.addIssue(
        `expected model=price in US dollars, such as face_yolov8n=0.0006, got ${entry.trim()}`,
      );
      return z.NEVER;
    }
    prices.set(model.toLowerCase(), Number(price));
  }
  return prices;
});

/** Rows for the table of all settings in config.ts. */
export const API_SETTINGS = {
  MASKLOOM_PRICES: { file: "api.prices", type: Prices.default(new Map()) },
  MASKLOOM_WEBHOOK_SECRET: {
    file: "api.webhookSecret",
    type: z.string().min(16, "expected at least 16 characters").optional(),
  },
  MASKLOOM_WEBHOOK_BODY: { file: "api.webhookBody", type: z.enum(["flat", "wrapped"]).default("flat") },
  MASKLOOM_IMAGE_ALIASES: {
    file: "api.imageAliases",
    type: z.stringbool({ error: "expected true or false" }).default(true),
  },
} as const;

interface Given {
  readonly MASKLOOM_PRICES: ApiSettings["prices"];
  readonly MASKLOOM_WEBHOOK_SECRET?: string | undefined;
  readonly MASKLOOM_WEBHOOK_BODY: ApiSettings["webhookBody"];
  readonly MASKLOOM_IMAGE_ALIASES: boolean;
}

export const apiSettingsOf = (given: Given): ApiSettings => ({
  prices: given.MASKLOOM_PRICES,
  webhookSecret: given.MASKLOOM_WEBHOOK_SECRET,
  webhookBody: given.MASKLOOM_WEBHOOK_BODY,
  imageAliases: given.MASKLOOM_IMAGE_ALIASES,
});
