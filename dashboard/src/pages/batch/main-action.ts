import type { BatchView } from "../../../../src/contracts/api.ts";

/** What of a batch is most worth doing now: of several buttons only that one stands out. */
export function mainActionOf({
  status,
  runs,
}: Pick<BatchView, "status" | "runs">): "review" | "resume" | "retry" {
  if (runs.review > 0) return "review";
  return status === "paused" ? "resume" : "retry";
}
