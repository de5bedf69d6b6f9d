import { Link } from "@tanstack/react-router";
import type { WorkflowVersion } from "../../../../../src/contracts/workflow-library.ts";
import { classNames } from "../../../components/class-names.ts";
import { RelativeTime } from "../../../components/relative-time.tsx";
import { UsageNumbers } from "../../workflows/usage-numbers.tsx";
import { versionWord } from "../workflow-search.ts";
import { shortDigest, versionTitle } from "./version-title.ts";
import styles from "./versions.module.css";

interface VersionRowProps {
  readonly name: string;
  readonly version: WorkflowVersion;
  /** A newer one that does the same, under which their runs are told. */
  readonly told: WorkflowVersion | null;
  readonly isChosen: boolean;
}

const DIGITS_IN_LINK = 16;

/** One thing that the name has stood for, and the runs that followed it. */
export function VersionRow({ name, version, told, isChosen }: VersionRowProps) {
  const { id, digest, createdAt, isCurrent, usage } = version;
  return (
    <li className={classNames(styles["row"], isChosen && styles["chosen"])} data-row data-version={id}>
      <div className={styles["head"]}>
        <Link
          to="/workflows/$name"
          params={{ name }}
          search={{ tab: "versions", version: versionWord(id) }}
          replace
          resetScroll={false}
          aria-current={isChosen ? "true" : undefined}
          className={styles["title"]}
        >
          {versionTitle(version)}
        </Link>
        {isCurrent && <span className={styles["current"]}>current</span>}
        <span className={styles["when"]}>
          <code title={digest}>{shortDigest(digest)}</code>
          {createdAt !== null && <RelativeTime at={createdAt} />}
        </span>
      </div>
      {told === null ? (
        <UsageNumbers usage={usage} />
      ) : (
        <p className={styles["same"]}>Does the same as {versionTitle(told)}, where their runs are told.</p>
      )}
      {usage !== null && told === null && (
        <Link
          to="/runs"
          search={{ workflow: `${name}@${digest.slice(0, DIGITS_IN_LINK)}` }}
          className={styles["runs"]}
        >
          {usage.runs === 1 ? "Its run" : `Its ${usage.runs} runs`}
        </Link>
      )}
    </li>
  );
}
