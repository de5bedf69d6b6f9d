import type { Notes } from "../imported.ts";
import { nameOf } from "./detailer.ts";
import { isFilter } from "./filters.ts";
import type { GraphNode, Link } from "./graph-node.ts";
import { type Graph, linkOf } from "./read-graph.ts";
import { originOf, valueAt } from "./trace.ts";

/** The hooks behind a link; those that are combined one after the other. */
export function hooksOf(graph: Graph, link: Link | null): readonly GraphNode[] {
  const found: GraphNode[] = [];
  const visit = (next: Link | null): void => {
    const node = originOf(graph, next)?.node;
    if (node === undefined || found.includes(node)) return;
    found.push(node);
    if (node.type === COMBINE) for (const name of ["hook1", "hook2"]) visit(linkOf(node, name));
  };
  visit(link);
  return found.filter(({ type }) => type !== COMBINE);
}

const COMBINE = "DetailerHookCombine";
const DENOISE = "DenoiseSchedulerDetailerHookProvider";

/**
 * The strength of each round, where a hook moves it evenly from the detailer's own to its target; null where none does,
 * or where there is one round, for which it does nothing.
 */
export function strengthsOf(
  graph: Graph,
  hooks: readonly GraphNode[],
  denoise: number,
  rounds: number,
): readonly number[] | null {
  const hook = hooks.find(({ type }) => type === DENOISE);
  if (hook === undefined || rounds < 2) return null;
  const target = Number(valueAt(graph, hook.inputs["target_denoise"]) ?? 0.3);
  if (!(target >= 0 && target <= 1)) return null;
  return Array.from({ length: rounds }, (_, round) =>
    Number((denoise + ((target - denoise) * round) / (rounds - 1)).toFixed(4)),
  );
}

/** What hooks do that is not done here, and what does something like it. */
const WITHOUT_EQUIVALENT: Readonly<Record<string, string>> = {
  BlackPatchRetryHookProvider:
    "black results are not asked for again; accept: { …, otherwise: reroll } makes regions anew whose seam or colours are off.",
  LamaRemoverDetailerHookProvider:
    "things are not taken away before they are repainted; a step before it with an inpainter that fills does that.",
  CustomSamplerDetailerHookProvider: "a sampler of one's own has no equivalent.",
  CoreMLDetailerHookProvider: "the size of a crop follows from guideSize and what the inpainter takes.",
};

const NOTHING_LOST: ReadonlySet<string> = new Set([DENOISE, "PreviewDetailerHookProvider"]);

/**
 * @param path of the detailer's input
 * @param detects whether the detailer finds by itself: only then do hooks that filter do anything
 */
export function noteHooks(hooks: readonly GraphNode[], path: string, detects: boolean, notes: Notes): void {
  for (const hook of hooks) {
    const name = nameOf(hook);
    if (NOTHING_LOST.has(hook.type)) continue;
    if (!isFilter(hook)) {
      const what = WITHOUT_EQUIVALENT[hook.type] ?? "hooks into sampling have no equivalent.";
      notes.add("dropped", path, `${name}: ${what}`);
    } else if (!detects)
      notes.add(
        "hint",
        path,
        `${name} chooses among finds where they are detected, and does nothing for a detailer that is given them.`,
      );
  }
}
