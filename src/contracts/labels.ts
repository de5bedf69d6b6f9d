import { z } from "zod";

const MOST_LABELS = 20;

/** For whoever runs the installation: a department, a contract, a customer's number. */
export const Labels = z
  .record(
    z.string().regex(/^[\w.-]{1,40}$/, "expected 1 to 40 letters, digits, or any of . _ -"),
    z.string().max(200),
  )
  .refine((labels) => Object.keys(labels).length <= MOST_LABELS, `expected at most ${MOST_LABELS} labels`);
export type Labels = z.output<typeof Labels>;
