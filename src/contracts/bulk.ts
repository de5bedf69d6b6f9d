import { z } from "zod";
import { RerunRun } from "./actions.ts";
import { RunUUID } from "./ids.ts";
import { RunFilter, Tag } from "./run-list.ts";

/* What is done to many runs at once: to those that are named, or to all that match. */

const MOST_NAMED = 10_000;
const MOST_TAGS = 20;

/** Where a request stopped, whether or not the run that was last is still there. Taken from an answer, never made up. */
export const RunCursor = z
  .string()
  .regex(/^\d{1,17}_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, "expected the `next` of an answer");
export type RunCursor = z.output<typeof RunCursor>;

const Which = {
  runs: z.array(RunUUID).min(1).max(MOST_NAMED).optional(),
  /** The same words as the list's query; `{}` means every run. */
  filter: RunFilter.optional(),
};
const Goes = {
  ...Which,
  /** `next` of the answer before: goes on with those that are older. */
  before: RunCursor.optional(),
};

const isOne = ({ runs, filter }: { readonly runs?: unknown; readonly filter?: unknown }) =>
  (runs === undefined) !== (filter === undefined);
const ONE = "expected either runs or filter";

const TagChange = {
  add: z.array(Tag).max(MOST_TAGS).default([]),
  remove: z.array(Tag).max(MOST_TAGS).default([]),
};

export const TagRuns = z
  .strictObject({ ...Goes, ...TagChange })
  .refine(isOne, ONE)
  .refine(({ add, remove }) => add.length + remove.length > 0, "expected a tag to add or to remove");
export type TagRuns = z.output<typeof TagRuns>;

export const BulkAction = z.enum(["retry", "cancel", "delete"]);
export type BulkAction = z.output<typeof BulkAction>;

export const ChangeRuns = z.strictObject({ action: BulkAction, ...Goes }).refine(isOne, ONE);
export type ChangeRuns = z.output<typeof ChangeRuns>;

export const ChangedRuns = z.strictObject({
  /** Runs that were meant and that it came to, at most 10,000 of one request. */
  matched: z.int().min(0),
  /** Those that it changed: the others were as asked already, or it cannot be done to them. */
  changed: z.int().min(0),
  /** Whether there are more: the time or the number for one request is up. */
  more: z.boolean(),
  /** The `before` of the request that goes on; null where there are no more. */
  next: RunCursor.nullable(),
});
export type ChangedRuns = z.output<typeof ChangedRuns>;

/** A new run for each of them, with these things changed. */
export const RerunRuns = RerunRun.extend(Goes).refine(isOne, ONE);
export type RerunRuns = z.output<typeof RerunRuns>;

export const RerunsBegun = z.strictObject({
  /** New runs. */
  begun: z.int().min(0),
  /** Those that cannot be made anew so, by the code of why, each with one of the messages. */
  refused: z.array(z.strictObject({ code: z.string(), runs: z.int().min(1), example: z.string() })),
  /** The `before` of the next request where the time for one is up; null where all are done. */
  next: RunCursor.nullable(),
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
