import { z } from "zod";
import { ErrorRecord } from "../errors.ts";

export const ModelId = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.:@-]{0,199}$/, "expected a model's id, name or AIR");

/** One line of a pull's answer, which is NDJSON: how far it is, and at its end how it went. */
export const PullMessage = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("progress"),
    file: z.string(),
    /** Bytes that are here; goes back where a server does not let a pull go on. */
    received: z.int().min(0),
    bytes: z.int().min(0),
  }),
  /** What was tried again, or waited for. */
  z.strictObject({ type: z.literal("note"), text: z.string() }),
  z.strictObject({ type: z.literal("done"), model: z.string() }),
  /** The message carries what mends it. What came so far stays for the next pull. */
  z.strictObject({ type: z.literal("failed"), error: ErrorRecord }),
]);
export type PullMessage = z.output<typeof PullMessage>;

export const BenchModel = z.strictObject({
  /** Pictures whose median is told. */
  rounds: z.coerce.number().int().min(1).max(50).default(10),
});

const Ms = z.number().min(0);

export const ModelSpeed = z.strictObject({
  model: z.string(),
  /** Of the picture that was measured with. */
  width: z.int(),
  height: z.int(),
  rounds: z.int(),
  /** Of one picture, by part. */
  medianMs: z.record(z.string(), Ms),
  /** Decoding left out. */
  imagesPerSecond: z.strictObject({ oneThread: z.number(), twoThreads: z.number() }),
});
export type ModelSpeed = z.output<typeof ModelSpeed>;

export const RemovedModel = z.strictObject({ model: z.string() });
export type RemovedModel = z.output<typeof RemovedModel>;
