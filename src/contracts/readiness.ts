import { z } from "zod";

export const Health = z.strictObject({ status: z.literal("ok"), version: z.string() });
export type Health = z.output<typeof Health>;

/** What the server works with. */
export const Dependency = z.enum(["database", "migrations", "queue"]);
export type Dependency = z.output<typeof Dependency>;

export const Readiness = z.strictObject({
  /** `degraded`: everything is answered and taken in; what is asked for begins when the queue is there again. */
  status: z.enum(["ready", "degraded", "unavailable"]),
  /** Empty where the server is ready. */
  missing: z.array(Dependency),
});
export type Readiness = z.output<typeof Readiness>;
