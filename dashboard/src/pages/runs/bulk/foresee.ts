import type { RunView } from "../../../../../src/contracts/run.ts";

/** What a list shows while the server does it. Reruns are new runs, which are not foreseen. */
export type Foreseen =
  | { readonly name: "retry" }
  | { readonly name: "cancel" }
  | { readonly name: "delete" }
  | { readonly name: "tag"; readonly add: readonly string[]; readonly remove: readonly string[] };

const RETRYABLE: ReadonlySet<string> = new Set(["failed", "partial", "cancelled"]);

/** The list as it will be. @param isMeant whether a run is one that it is done to */
export function foresee(
  runs: readonly RunView[],
  change: Foreseen,
  isMeant: (uuid: string) => boolean,
): readonly RunView[] {
  if (change.name === "delete") return runs.filter((run) => !isMeant(run.runUUID) || run.endedAt === null);
  return runs.map((run) => (isMeant(run.runUUID) ? changed(run, change) : run));
}

function changed(run: RunView, change: Exclude<Foreseen, { name: "delete" }>): RunView {
  if (change.name === "retry") {
    return RETRYABLE.has(run.status) ? { ...run, status: "queued", error: null, endedAt: null } : run;
  }
  if (change.name === "cancel") return run.endedAt === null ? { ...run, status: "cancelled" } : run;
  const { add, remove } = change;
  const tags = [...new Set([...run.tags, ...add])].filter((tag) => !remove.includes(tag));
  return tags.join() === run.tags.join() ? run : { ...run, tags };
}
