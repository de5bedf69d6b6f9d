import type { WorkflowUsage } from "../../../../src/contracts/workflow-library.ts";
import { formatDuration } from "../../components/format-time.ts";
import { RelativeTime } from "../../components/relative-time.tsx";
import { successRate } from "./order-workflows.ts";
import styles from "./usage-numbers.module.css";

const SECOND_MS = 1000;
const COUNT = new Intl.NumberFormat("en");
const PERCENT = new Intl.NumberFormat("en", { style: "percent", maximumFractionDigits: 1 });

/** How often it was used, and how it went. */
export function UsageNumbers({ usage }: { readonly usage: WorkflowUsage | null }) {
  if (usage === null) return <p className={styles["never"]}>Never used</p>;
  const rate = successRate(usage);
  return (
    <dl className={styles["numbers"]}>
      <div>
        <dt>Runs</dt>
        <dd>{COUNT.format(usage.runs)}</dd>
      </div>
      <div title={`${usage.succeeded} did what they should, ${usage.failed} failed`}>
        <dt>Success</dt>
        <dd className={rate !== null && rate < 1 ? styles["mixed"] : undefined}>
          {rate === null ? "–" : PERCENT.format(rate)}
        </dd>
      </div>
      <div>
        <dt>Median</dt>
        <dd>{usage.medianSeconds === null ? "–" : formatDuration(usage.medianSeconds * SECOND_MS)}</dd>
      </div>
      <div>
        <dt>Last used</dt>
        <dd>
          <RelativeTime at={usage.lastUsedAt} />
        </dd>
      </div>
    </dl>
  );
}
