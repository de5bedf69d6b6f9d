import { z } from "zod";
import { ErrorRecord } from "../errors.ts";
import { BatchUUID, RunUUID, TaskUUID } from "./ids.ts";
import { ParkedStatus } from "./run.ts";

/* Tasks that go no further by themselves: `held` by a budget, or `uncertain` whether a call was billed. docs/providers.md. */

/** resend: it was not billed, or there is money now; giveUp: it was not billed and is not to be; markBilled: it was. */
export const ParkedDecision = z.enum(["resend", "giveUp", "markBilled"]);
export type ParkedDecision = z.output<typeof ParkedDecision>;

const Decision = {
  decision: ParkedDecision,
  /** Of markBilled, USD for each of the calls in question; default: what was reserved. */
  cost: z.number().min(0).max(1_000_000).optional(),
};
const costFits = ({ decision, cost }: { readonly decision: ParkedDecision; readonly cost?: unknown }) =>
  decision === "markBilled" || cost === undefined;
const COST_FITS = "expected cost with the decision markBilled only";

export const DecideParked = z.strictObject(Decision).refine(costFits, COST_FITS);
export type DecideParked = z.output<typeof DecideParked>;

export const CallView = z.strictObject({
  callUUID: z.string(),
  provider: z.string(),
  model: z.string(),
  /** 0-based. */
  region: z.int().min(0),
  state: z.enum(["reserved", "sent", "answered", "failed", "absent", "uncertain"]),
  /** USD. */
  reservedCost: z.number(),
  /** USD; null = not told. */
  realCost: z.number().nullable(),
  /** By what name the provider knows the result. */
  providerId: z.string().nullable(),
  error: ErrorRecord.nullable(),
  sentAt: z.iso.datetime().nullable(),
  endedAt: z.iso.datetime().nullable(),
});
export type CallView = z.output<typeof CallView>;

export const ParkedTask = z.strictObject({
  taskUUID: TaskUUID,
  runUUID: RunUUID,
  batchUUID: BatchUUID,
  file: z.string(),
  step: z.string(),
  status: ParkedStatus,
  /** Cancelled, say, while a call was under way: only what it cost is left to be decided, by markBilled or giveUp. */
  hasEnded: z.boolean(),
  provider: z.string().nullable(),
  model: z.string().nullable(),
  /** What it waits for. */
  error: ErrorRecord.nullable(),
  since: z.iso.datetime().nullable(),
  /** What it has asked of its provider. */
  calls: z.array(CallView),
});
export type ParkedTask = z.output<typeof ParkedTask>;

const Parked = {
  batch: BatchUUID.optional(),
  /** Id of the one that it waits at. */
  provider: z.string().min(1).max(40).optional(),
  status: ParkedStatus.optional(),
};

export const ParkedQuery = z.strictObject({
  ...Parked,
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export type ParkedQuery = z.input<typeof ParkedQuery>;

/** The longest waiting first. */
export const ParkedList = z.strictObject({ tasks: z.array(ParkedTask), total: z.int().min(0) });
export type ParkedList = z.output<typeof ParkedList>;

const MOST_NAMED = 10_000;

/** The same decision about those that are named, or about all that match: `{}` means every one. */
export const DecideManyParked = z
  .strictObject({
    ...Decision,
    tasks: z.array(TaskUUID).min(1).max(MOST_NAMED).optional(),
    filter: z.strictObject(Parked).optional(),
    /** `until` of the answer before: what came to wait, or waits again, since then is left out. */
    until: z.iso.datetime().optional(),
  })
  .refine(costFits, COST_FITS)
  .refine(
    ({ tasks, filter }) => (tasks === undefined) !== (filter === undefined),
    "expected either tasks or filter",
  );
export type DecideManyParked = z.output<typeof DecideManyParked>;

export const DecidedMany = z.strictObject({
  decided: z.int().min(0),
  /** Those that waited for no such decision any more. */
  left: z.int().min(0),
  /** Whether there are more: the time or the number for one request is up. */
  more: z.boolean(),
  /** For the request that goes on. */
  until: z.iso.datetime(),
});
export type DecidedMany = z.output<typeof DecidedMany>;

/** USD that a batch's runs may cost together; null = no limit of its own. */
export const BatchBudget = z.strictObject({ maxCost: z.number().min(0).max(1_000_000).nullable() });
export type BatchBudget = z.output<typeof BatchBudget>;
