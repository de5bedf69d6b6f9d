import { z } from "zod";
import { KeyId, Role } from "./caller.ts";
import { Labels } from "./labels.ts";

/* Keys as those who give them out see them. Of a key itself nothing is ever shown again. */

export const OwnerName = z
  .string()
  .regex(/^[\w.@+-]{1,64}$/, "expected 1 to 64 letters, digits, or any of . _ @ + -");
export const KeyName = z.string().regex(/^[^\p{Cc}]{1,100}$/u, "expected 1 to 100 characters on one line");

export const MOST_REQUESTS = 1_000_000;
export const MOST_TASKS = 10_000;

export const KeyView = z.strictObject({
  id: KeyId,
  name: z.string(),
  /** Whose results it sees and makes. */
  owner: z.string(),
  role: Role,
  /** Null = without limit. */
  requestsPerMinute: z.int().min(1).nullable(),
  /** Tasks under way at a time; null = without limit. */
  concurrency: z.int().min(1).nullable(),
  labels: Labels,
  createdAt: z.iso.datetime(),
  /** To the minute. */
  lastUsedAt: z.iso.datetime().nullable(),
  revokedAt: z.iso.datetime().nullable(),
});
export type KeyView = z.output<typeof KeyView>;

export const KeyQuery = z.strictObject({
  /** Whether those that were revoked are listed, too. */
  revoked: z.stringbool().default(false),
});

export const KeyList = z.strictObject({ keys: z.array(KeyView) });
export type KeyList = z.output<typeof KeyList>;

export const CreateKey = z.strictObject({
  /** What it is for; default: the owner's name. */
  name: KeyName.optional(),
  /** An unknown one is made. */
  owner: OwnerName.default("local"),
  role: Role.default("operator"),
  requestsPerMinute: z.int().min(1).max(MOST_REQUESTS).nullable().default(null),
  concurrency: z.int().min(1).max(MOST_TASKS).nullable().default(null),
  /** Default: none. */
  labels: Labels.optional(),
});
export type CreateKey = z.output<typeof CreateKey>;

export const CreatedKey = z.strictObject({
  /** The whole of it, shown this once. */
  key: z.string(),
  view: KeyView,
});
export type CreatedKey = z.output<typeof CreatedKey>;
