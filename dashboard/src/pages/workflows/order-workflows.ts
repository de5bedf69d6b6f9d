import type { WorkflowSummary } from "../../../../src/contracts/api.ts";
import type { WorkflowUsage } from "../../../../src/contracts/workflow-library.ts";
import type { Sort } from "./workflows-search.ts";

/** A workflow with how it went; null = never used. */
export interface UsedWorkflow {
  readonly workflow: WorkflowSummary;
  readonly usage: WorkflowUsage | null;
}

/** Of the runs that came to an end by themselves, how many did what they should; null where none did. */
export function successRate(usage: WorkflowUsage | null): number | null {
  const ended = usage === null ? 0 : usage.succeeded + usage.failed;
  return usage === null || ended === 0 ? null : usage.succeeded / ended;
}

/** Greatest first. What has no number stands behind. */
const WEIGHTS: Readonly<Record<Sort, (one: UsedWorkflow) => number>> = {
  recent: ({ usage }) => (usage === null ? 0 : Date.parse(usage.lastUsedAt)),
  name: () => 0,
  runs: ({ usage }) => usage?.runs ?? 0,
  success: ({ usage }) => successRate(usage) ?? -1,
};

/** Those whose name or description has every word; equal ones by name. */
export function orderWorkflows(
  all: readonly UsedWorkflow[],
  { q = "", sort = "recent" }: { readonly q?: string | undefined; readonly sort?: Sort | undefined },
): readonly UsedWorkflow[] {
  const words = q.toLowerCase().split(/\s+/);
  const weigh = WEIGHTS[sort];
  return all
    .filter(({ workflow: { name, description } }) => {
      const text = `${name} ${description ?? ""}`.toLowerCase();
      return words.every((word) => text.includes(word));
    })
    .toSorted(
      (one, other) => weigh(other) - weigh(one) || one.workflow.name.localeCompare(other.workflow.name),
    );
}
