import type { BatchWish } from "../../api/batch-actions.ts";
import { readMoney } from "../../components/money-field.tsx";

/** How a batch goes, as somebody typed and ticked it. */
export interface RuleTexts {
  readonly maxCost: string;
  readonly maxFailures: string;
  readonly again: boolean;
}

export const NO_RULES: RuleTexts = { maxCost: "", maxFailures: "", again: false };

/** Pictures that may fail; null where nothing is said, undefined where it is no such number. */
export function readMaxFailures(text: string): number | null | undefined {
  if (text.trim() === "") return null;
  const number = Number(text);
  return Number.isInteger(number) && number >= 1 && number <= 1_000_000_000 ? number : undefined;
}

/** What of a request they come to; null where one of them is wrong. */
export function rulesOf(texts: RuleTexts): Pick<BatchWish, "maxCost" | "maxFailures" | "again"> | null {
  const [maxCost, maxFailures] = [readMoney(texts.maxCost), readMaxFailures(texts.maxFailures)];
  if (maxCost === undefined || maxFailures === undefined) return null;
  return {
    ...(maxCost === null ? {} : { maxCost }),
    ...(maxFailures === null ? {} : { maxFailures }),
    ...(texts.again ? { again: true } : {}),
  };
}
