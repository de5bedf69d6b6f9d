import { Link } from "@tanstack/react-router";
import { Brush, Check, Clock, Dices, type LucideIcon, Undo2 } from "lucide-react";
import type { DecisionView } from "../../../../../src/contracts/review.ts";
import { classNames } from "../../../components/class-names.ts";
import { RelativeTime } from "../../../components/relative-time.tsx";
import type { Column } from "../../../components/table.tsx";
import { Thumbnail } from "../../../components/thumbnail.tsx";
import tones from "../../../components/tone.module.css";
import type { Tone } from "../../../components/tone.ts";
import styles from "./history.module.css";

const LOOKS: Readonly<
  Record<DecisionView["decision"], { readonly word: string; readonly tone: Tone; readonly icon: LucideIcon }>
> = {
  accept: { word: "Accepted", tone: "good", icon: Check },
  reroll: { word: "Made again", tone: "active", icon: Dices },
  keepOriginal: { word: "Original kept", tone: "neutral", icon: Undo2 },
  editMask: { word: "Mask drawn", tone: "person", icon: Brush },
  timeout: { word: "Nobody decided", tone: "warn", icon: Clock },
};

const VIA: Readonly<Record<string, string>> = {
  api: "somebody on this machine",
  cli: "the command line",
  engine: "nobody, in time",
};

export const DECISION_COLUMNS: readonly Column<DecisionView>[] = [
  {
    id: "picture",
    title: "Picture",
    width: "2.75rem",
    isTitleHidden: true,
    cell: ({ taken, shown }) => <Thumbnail artifact={taken ?? shown} alt="" />,
  },
  {
    id: "file",
    title: "File",
    width: "minmax(0, 3fr)",
    cell: ({ file, runUUID, workflow, review, round }) => (
      <div className={styles["file"]}>
        <Link to="/runs/$uuid" params={{ uuid: runUUID }} title={file}>
          {file}
        </Link>
        <span>
          {workflow}, {review}
          {round > 1 && `, round ${round}`}
        </span>
      </div>
    ),
  },
  {
    id: "decision",
    title: "Decision",
    width: "minmax(8rem, 2fr)",
    cell: (decision) => <What decision={decision} />,
  },
  {
    id: "who",
    title: "By",
    width: "minmax(0, 2fr)",
    isWideOnly: true,
    cell: ({ key, via }) =>
      key === null ? (
        <span className={styles["quiet"]}>{VIA[via] ?? via}</span>
      ) : (
        <span title={`Key ${key.id}, through the ${via}`}>{key.name ?? key.id}</span>
      ),
  },
  { id: "at", title: "When", width: "6.5rem", cell: ({ at }) => <RelativeTime at={at} /> },
];

function What({ decision: { decision, regions, keepRegions, taken } }: { readonly decision: DecisionView }) {
  const { word, tone, icon: Icon } = LOOKS[decision];
  const notes = [
    regions === null ? null : `only ${regions.length === 1 ? "region" : "regions"} ${regions.join(", ")}`,
    keepRegions === null ? null : `${keepRegions.join(", ")} as before`,
    decision === "accept" && taken !== null && keepRegions === null ? "a candidate" : null,
  ].filter((note) => note !== null);
  return (
    <div className={styles["file"]}>
      <span className={classNames(styles["word"], tones[tone])}>
        <Icon size={15} aria-hidden />
        {word}
      </span>
      {notes.length > 0 && <span>{notes.join("; ")}</span>}
    </div>
  );
}
