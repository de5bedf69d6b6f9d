import type { RunView } from "../../../../src/contracts/run.ts";
import { formatDuration } from "../../components/format-time.ts";
import { STATUS_LOOKS } from "../../components/status-look.ts";
import type { ComparedRow } from "./two-columns.tsx";

type Numbered = Pick<RunView, "status" | "quality" | "cost" | "durationMs">;

const ROWS: readonly (readonly [name: string, hint: string, read: (run: Numbered) => string | null])[] = [
  ["Status", "", ({ status }) => STATUS_LOOKS[status].word],
  [
    "Worst seam",
    "About 1 where the edge is as smooth as around it; above 1.3 it may show",
    ({ quality }) => quality.seam?.toFixed(2) ?? null,
  ],
  [
    "Least gain in sharpness",
    "Above 1 it is sharper than before",
    ({ quality }) => quality.sharpnessGain?.toFixed(2) ?? null,
  ],
  ["Took", "", ({ durationMs }) => (durationMs === null ? null : formatDuration(durationMs))],
  ["Cost", "US dollars", ({ cost }) => (cost === null ? null : `$${cost.toFixed(4)}`)],
];

/** What was measured of both, the same things side by side; what neither has is left out. */
export function numbersOf(left: Numbered, right: Numbered): readonly ComparedRow[] {
  return ROWS.map(([name, hint, read]) => ({ name, hint, left: read(left), right: read(right) })).filter(
    (row) => row.left !== null || row.right !== null,
  );
}
