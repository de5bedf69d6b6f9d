import { Link } from "@tanstack/react-router";
import type { WorkflowDetail } from "../../../../src/contracts/api.ts";
import type { WorkflowUsage } from "../../../../src/contracts/workflow-library.ts";
import { UsageNumbers } from "../workflows/usage-numbers.tsx";
import styles from "./workflow-page.module.css";

interface WorkflowFactsProps {
  readonly workflow: WorkflowDetail;
  readonly usage: WorkflowUsage | null;
}

/** What it does in words, and how it went. */
export function WorkflowFacts({ workflow: { name, description }, usage }: WorkflowFactsProps) {
  return (
    <div className={styles["facts"]}>
      {description !== null && <p>{description}</p>}
      <div className={styles["usage"]}>
        <UsageNumbers usage={usage} />
        {usage !== null && (
          <Link to="/runs" search={{ workflow: name }}>
            Its runs
          </Link>
        )}
      </div>
    </div>
  );
}
