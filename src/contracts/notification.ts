import { z } from "zod";
import { BatchUUID } from "./ids.ts";

const OfBatch = z.object({
  batchUUID: BatchUUID,
  workflow: z.string(),
  owner: z.string(),
});

/** A message to whoever runs the installation, as it is stored and, with `format: json`, sent. */
export const Notification = z.discriminatedUnion("type", [
  OfBatch.extend({
    type: z.literal("batch.ended"),
    status: z.enum(["ended", "cancelled"]),
    /** How many runs ended how. */
    runs: z.record(z.string(), z.int()),
    /** USD. */
    cost: z.number(),
  }),
  OfBatch.extend({
    type: z.literal("batch.failing"),
    ended: z.int(),
    failed: z.int(),
    /** The error code that most of them have. */
    code: z.string().nullable(),
  }),
  OfBatch.extend({
    type: z.literal("budget.reached"),
    /** Tasks that wait for money. */
    held: z.int(),
    /** Which limit it is. */
    reason: z.string(),
  }),
]);
export type Notification = z.output<typeof Notification>;
