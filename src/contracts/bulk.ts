import { z } from "zod";
import { RerunRun } from "./actions.ts";
import { RunUUID } from "./ids.ts";
import { RunFilter, Tag } from "./run-list.ts";

/* What is done to many runs at once: to those that are named, or to all that match. */

const MOST_NAMED = 10_000;
const MOST_TAGS = 20;

const Which = {
  runs: z.array(RunUUID).min(1).max(MOST_NAMED).optional(),
  /** The same words as the list's query; `{}` means every run. */
  filter: RunFilter.optional(),
};

const isOne = ({ runs, filter }: { readonly runs?: unknown; readonly filter?: unknown }) =>
  (runs === undefined) !== (filter === undefined);
const ONE = "expected either runs or filter";

const TagChange = {
  add: z.array(Tag).max(MOST_TAGS).default([]),
  remove: z.array(Tag).max(MOST_TAGS).default([]),
};

export const TagRuns = z
  .strictObject({ ...Which, ...TagChange })
  .refine(isOne, ONE)
  .refine(({ add, remove }) => add.length + remove.length > 0, "expected a tag to add or to remove");
export type TagRuns = z.output<typeof TagRuns>;

export const BulkAction = z.enum(["retry", "cancel", "delete"]);
export type BulkAction = z.output<typeof BulkAction>;

export const ChangeRuns = z.strictObject({ action: BulkAction, ...Which }).refine(isOne, ONE);
export type ChangeRuns = z.output<typeof ChangeRuns>;

export const ChangedRuns = z.strictObject({
  /** Runs that were meant, of at most 10,000 for one request. */
  matched: z.int().min(0),
  /** Those that it changed: the others were as asked already, or it cannot be done to them. */
  changed: z.int().min(0),
  /** Whether there are more: the time or the number for one request is up. Sent again, it goes on. */
  more: z.boolean(),
});
export type ChangedRuns = z.output<typeof ChangedRuns>;

/** A new run for each of them, with these things changed. */
export const RerunRuns = RerunRun.extend({
  ...Which,
  /** Those older than this one: `next` of the answer before. */
  before: RunUUID.optional(),
}).refine(isOne, ONE);
export type RerunRuns = z.output<typeof RerunRuns>;

export const RerunsBegun = z.strictObject({
  /** New runs. */
  begun: z.int().min(0),
  /** Those that cannot be made anew so, by the code of why, each with one of the messages. */
  refused: z.array(z.strictObject({ code: z.string(), runs: z.int().min(1), example: z.string() })),
  /** The `before` of the next request where the time for one is up; null where all are done. */
  next: RunUUID.nullable(),
});
export type RerunsBegun = z.output<typeof RerunsBegun>;

const ExportFormat = z.enum(["csv", "json"]);
export type ExportFormat = z.output<typeof ExportFormat>;

/** All that match, as a file. */
export const ExportQuery = RunFilter.extend({ format: ExportFormat.default("csv") });

/** The same of those that are named. */
export const ExportRuns = z
  .strictObject({ format: ExportFormat.default("csv"), ...Which })
  .refine(isOne, ONE);
export type ExportRuns = z.output<typeof ExportRuns>;
