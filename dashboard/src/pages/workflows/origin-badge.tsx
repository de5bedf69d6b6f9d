import type { WorkflowOrigin } from "../../../../src/contracts/workflow-library.ts";
import { classNames } from "../../components/class-names.ts";
import tones from "../../components/tone.module.css";
import styles from "./origin-badge.module.css";

interface OriginBadgeProps {
  readonly origin: WorkflowOrigin;
  readonly version: number | null;
}

/** Whether it comes with Maskloom, or which version of one's own it is. */
export function OriginBadge({ origin, version }: OriginBadgeProps) {
  const isSaved = origin === "saved";
  return (
    <span className={classNames(styles["badge"], isSaved ? tones["active"] : tones["neutral"])}>
      {isSaved ? `version ${version}` : "ready-made"}
    </span>
  );
}
