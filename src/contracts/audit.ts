import { z } from "zod";
import { KeyId } from "./caller.ts";

/* Who did what: written by the transaction that does it, and never changed. */

/** Of one owner, or of all of them, which takes an admin. */
export const Scope = z.enum(["mine", "all"]);
export type Scope = z.output<typeof Scope>;

export const AuditEntryView = z.strictObject({
  id: z.string().regex(/^\d{1,19}$/),
  at: z.iso.datetime(),
  owner: z.string(),
  /** Whether it is the asking key's owner's. */
  isMine: z.boolean(),
  /** Through what: `api`, `cli`, or `engine` where nobody did it in time. */
  via: z.string(),
  /** Null where no key was needed. */
  key: z.strictObject({ id: KeyId, name: z.string().nullable() }).nullable(),
  /** `run.cancel`, `key.create` … */
  action: z.string(),
  /** What it was done to: a UUID, a queue, a model, a key; `runs` where it was many. */
  target: z.string(),
  detail: z.record(z.string(), z.unknown()),
});
export type AuditEntryView = z.output<typeof AuditEntryView>;

const Word = z.string().min(1).max(200);

export const AuditQuery = z.strictObject({
  scope: Scope.default("mine"),
  /** Id of a key, or through what it was done. */
  actor: Word.optional(),
  /** One action, or all whose names begin so: `run` means `run.cancel`, `run.retry` … */
  action: z
    .string()
    .regex(/^[a-z]{1,30}(?:\.[a-zA-Z-]{1,50})?$/, "expected an action such as run.cancel, or its beginning")
    .optional(),
  /** What it was done to, exactly. */
  target: Word.optional(),
  /** Entries older than the one with this id. */
  before: z
    .string()
    .regex(/^\d{1,18}$/, "expected the id of an entry")
    .optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export type AuditQuery = z.output<typeof AuditQuery>;

export const AuditPage = z.strictObject({
  /** The newest first. */
  entries: z.array(AuditEntryView),
  /** The `before` of the following page; null at the end. */
  next: z.string().nullable(),
  /** Actions that occur among the newest entries, to choose from. */
  actions: z.array(z.string()),
});
export type AuditPage = z.output<typeof AuditPage>;
