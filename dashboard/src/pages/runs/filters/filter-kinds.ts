import {
  Boxes,
  CircleDot,
  Clock3,
  Gauge,
  HandCoins,
  Layers,
  Link2,
  type LucideIcon,
  Server,
  Tag,
  Timer,
  TriangleAlert,
  Workflow,
} from "lucide-react";
import type { ListedStatus } from "../../../../../src/contracts/run-list.ts";
import { formatDuration } from "../../../components/format-time.ts";
import { shortId } from "../../../components/short-id.ts";
import { STATUS_LOOKS } from "../../../components/status-look.ts";
import type { FilterName, RunsSearch } from "../runs-search.ts";
import { PERIODS } from "./period.ts";
import { sayRange } from "./say-range.ts";

/** What something is chosen from, or that it is typed; the editors are in `filter-editor.tsx`. */
export type EditorKind = "statuses" | "name" | "uuids" | "period" | "ranges";

interface Range {
  readonly title: string;
  readonly min: FilterName;
  readonly max: FilterName;
  readonly unit: string;
  readonly step: string;
}

export interface FilterKind {
  readonly id: string;
  readonly title: string;
  readonly icon: LucideIcon;
  /** Words of the address that it holds, the main one first. */
  readonly names: readonly [FilterName, ...FilterName[]];
  readonly editor: EditorKind;
  /** Of `ranges`. */
  readonly ranges?: readonly Range[];
  /** What it asks for now, in few words; null where nothing. */
  readonly say: (search: RunsSearch) => string | null;
  /** Offered also while it asks for nothing. */
  readonly isAlwaysShown?: boolean;
}

const said = (name: "workflow" | "model" | "provider" | "tag" | "error") => (search: RunsSearch) =>
  search[name]?.replaceAll(",", ", ") ?? null;

const seconds = (value: number) => formatDuration(value * 1_000);
const dollars = (value: number) => `$${value}`;

const SEAM: Range = { title: "Seam", min: "seamMin", max: "seamMax", unit: "", step: "0.01" };
const SHARPNESS: Range = {
  title: "Gain in sharpness",
  min: "sharpnessMin",
  max: "sharpnessMax",
  unit: "",
  step: "0.1",
};

/** One row for each thing that a list can be narrowed by. */
export const FILTER_KINDS: readonly FilterKind[] = [
  {
    id: "status",
    title: "Status",
    icon: CircleDot,
    names: ["status"],
    editor: "statuses",
    isAlwaysShown: true,
    say: ({ status }) =>
      status === undefined
        ? null
        : status
            .split(",")
            .map((word) => STATUS_LOOKS[word as ListedStatus].word)
            .join(", "),
  },
  {
    id: "workflow",
    title: "Workflow",
    icon: Workflow,
    names: ["workflow"],
    editor: "name",
    isAlwaysShown: true,
    say: said("workflow"),
  },
  {
    id: "time",
    title: "Time",
    icon: Clock3,
    names: ["within", "from", "to"],
    editor: "period",
    isAlwaysShown: true,
    say: sayTime,
  },
  { id: "model", title: "Model", icon: Boxes, names: ["model"], editor: "name", say: said("model") },
  {
    id: "provider",
    title: "Provider",
    icon: Server,
    names: ["provider"],
    editor: "name",
    say: said("provider"),
  },
  { id: "tag", title: "Tag", icon: Tag, names: ["tag"], editor: "name", say: said("tag") },
  { id: "error", title: "Error", icon: TriangleAlert, names: ["error"], editor: "name", say: said("error") },
  {
    id: "batch",
    title: "Batch",
    icon: Layers,
    names: ["batch"],
    editor: "uuids",
    say: ({ batch }) => (batch === undefined ? null : shortId(batch)),
  },
  {
    id: "duration",
    title: "Took",
    icon: Timer,
    names: ["durationMin", "durationMax"],
    editor: "ranges",
    ranges: [{ title: "Seconds", min: "durationMin", max: "durationMax", unit: "s", step: "0.1" }],
    say: ({ durationMin, durationMax }) => sayRange(durationMin, durationMax, seconds),
  },
  {
    id: "cost",
    title: "Cost",
    icon: HandCoins,
    names: ["costMin", "costMax"],
    editor: "ranges",
    ranges: [{ title: "US dollars", min: "costMin", max: "costMax", unit: "$", step: "0.001" }],
    say: ({ costMin, costMax }) => sayRange(costMin, costMax, dollars),
  },
  {
    id: "quality",
    title: "Quality",
    icon: Gauge,
    names: ["seamMin", "seamMax", "sharpnessMin", "sharpnessMax"],
    editor: "ranges",
    ranges: [SEAM, SHARPNESS],
    say: ({ seamMin, seamMax, sharpnessMin, sharpnessMax }) =>
      joined([
        named("seam", sayRange(seamMin, seamMax, String)),
        named("sharpness", sayRange(sharpnessMin, sharpnessMax, String)),
      ]),
  },
  {
    id: "runs",
    title: "Chosen runs",
    icon: Link2,
    names: ["runs"],
    editor: "uuids",
    say: ({ runs }) => (runs === undefined ? null : String(runs.split(",").length)),
  },
];

const day = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "short" });

function sayTime({ within, from, to }: RunsSearch): string | null {
  if (within !== undefined) return PERIODS.find(({ name }) => name === within)?.title ?? null;
  const begin = from === undefined ? null : `from ${day.format(new Date(from))}`;
  return joined([begin, to === undefined ? null : `until ${day.format(new Date(to))}`]);
}

function named(name: string, text: string | null): string | null {
  return text === null ? null : `${name} ${text}`;
}

function joined(texts: readonly (string | null)[]): string | null {
  const there = texts.filter((text) => text !== null);
  return there.length === 0 ? null : there.join(", ");
}
