import { z } from "zod";
import { ERRORS, type ErrorCode } from "../errors.ts";
import { Duration } from "./duration.ts";

const BackoffKind = z.enum(["none", "fixed", "exponential"]);
const AnyErrorCode = z
  .enum(Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]])
  .meta({ description: "an error code such as TIMED_OUT" });

export const RetryPolicy = z.strictObject({
  /** How often a task is executed at most; 1 = no retry. */
  attempts: z.int().min(1).max(20),
  backoff: z
    .union([
      BackoffKind,
      z.strictObject({ type: BackoffKind, delay: Duration.optional(), max: Duration.optional() }),
    ])
    .optional(),
  /** Error codes after which it is retried; default: those that src/errors.ts marks as worth it. */
  on: z.array(AnyErrorCode).min(1).optional(),
});
export type RetryPolicy = z.output<typeof RetryPolicy>;
