import { z } from "zod";
import { OwnerName } from "./keys.ts";
import { Labels } from "./labels.ts";

/* Whose everything is: what each may use, and how all of it is taken away. */

const Count = z.int().min(0);

/** Null = without limit; a day is one of UTC. */
export const OwnerLimits = z.strictObject({
  runsPerDay: Count.nullable(),
  /** Bytes of pictures; one that is there twice counts once. */
  bytesKept: Count.nullable(),
  /** Tasks that workers have in hand, over all servers and workers. */
  tasksAtOnce: z.int().min(1).nullable(),
  /** US dollars, spent or reserved. */
  costPerDay: z.number().min(0).nullable(),
});
export type OwnerLimits = z.output<typeof OwnerLimits>;

export const OwnerView = z.strictObject({
  name: z.string(),
  createdAt: z.iso.datetime(),
  /** Since then nothing is left but what calls cost. */
  erasedAt: z.iso.datetime().nullable(),
  limits: OwnerLimits,
  labels: Labels,
  /** What is theirs now. */
  used: z.strictObject({
    runs: Count,
    runsToday: Count,
    bytesKept: Count,
    /** In workers' hands. */
    tasks: Count,
    costToday: z.number().min(0),
    keys: Count,
  }),
});
export type OwnerView = z.output<typeof OwnerView>;

export const OwnerList = z.strictObject({ owners: z.array(OwnerView) });
export type OwnerList = z.output<typeof OwnerList>;

export const OwnerPath = z.strictObject({ name: OwnerName });

/** What is not given stays as it is; null takes a limit away. */
export const ChangeOwner = z.strictObject({
  ...OwnerLimits.partial().shape,
  /** In place of all that there were. */
  labels: Labels.optional(),
});
export type ChangeOwner = z.output<typeof ChangeOwner>;

/** What was really removed. */
export const Erased = z.strictObject({
  runs: Count,
  /** Names of pictures. */
  pictures: Count,
  /** Files of their bytes. */
  files: Count,
  /** Files that stay because somebody else's picture has the same bytes, or another run of the same owner has it. */
  shared: Count,
  /** Whether the time for one request was up: ask again to go on. */
  more: z.boolean(),
});
export type Erased = z.output<typeof Erased>;
