import { z } from "zod";
import { durationMs } from "./duration.ts";

const RULE = /^queueWait\s*>\s*(\d+(?:\.\d+)?(?:ms|s|m|h|d))$/;

/** When work goes elsewhere: while it would wait longer than this where it is. */
export const SpillRule = z
  .string()
  .trim()
  .regex(RULE, "expected a rule such as queueWait > 600s")
  .meta({ description: "a rule such as queueWait > 600s" });

/** Milliseconds of waiting that the rule names. */
export const spillRuleMs = (rule: string): number => durationMs(RULE.exec(rule)?.[1] ?? rule);
