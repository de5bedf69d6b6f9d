import type { Event } from "../../contracts/run.ts";

const WORDS: Partial<Record<Event["type"], string>> = {
  "task.review": "waits for a person (%s); `maskloom up` shows it to them",
  "task.held": "is held by a budget (%s) and goes on when there is room; see maxCost in docs/providers.md",
  "task.uncertain": "may have been billed without an answer (%s) and waits for a person: docs/providers.md",
};

/** What is said of a run that goes no further by itself; null where it does. */
export function waitingWords(type: Event["type"], step: string): string | null {
  return WORDS[type]?.replace("%s", step) ?? null;
}
