/** How the list is ordered. */
const SORTS = ["recent", "name", "runs", "success"] as const;
export type Sort = (typeof SORTS)[number];

/** What of the list's page is in its address. */
export interface WorkflowsSearch {
  /** Part of a name or a description. */
  readonly q?: string;
  /** Default: the recently used first. */
  readonly sort?: Sort;
  /** Whether the dialog is open that makes a workflow of another tool's settings. */
  readonly import?: true;
}

export function readWorkflowsSearch(search: Record<string, unknown>): WorkflowsSearch {
  const { q, sort } = search;
  const known = SORTS.find((one) => one === sort);
  return {
    ...(typeof q === "string" && q !== "" ? { q } : {}),
    ...(known === undefined || known === "recent" ? {} : { sort: known }),
    ...(search["import"] === true ? { import: true } : {}),
  };
}
