import type { OwnerView } from "../../../../../src/contracts/owners.ts";
import { formatMoney } from "../../../components/format-money.ts";
import { formatBytes } from "../../models/format-bytes.ts";
import styles from "./owners.module.css";

const numbers = new Intl.NumberFormat("en");
const NEARLY = 0.8;
/** As limits are set. */
const GIGABYTE = 1e9;

/** What is used, and of what it is a part where there is a limit. */
export function OwnerUsage({ owner: { name, used, limits } }: { readonly owner: OwnerView }) {
  return (
    <dl className={styles["usage"]} aria-label={`What ${name} uses`}>
      <Usage title="Runs today" used={used.runsToday} limit={limits.runsPerDay} say={numbers.format} />
      <Usage
        title="Pictures kept"
        used={used.bytesKept}
        limit={limits.bytesKept}
        say={formatBytes}
        sayLimit={(bytes) => `${bytes / GIGABYTE} GB`}
      />
      <Usage title="Tasks under way" used={used.tasks} limit={limits.tasksAtOnce} say={numbers.format} />
      <Usage title="Cost today" used={used.costToday} limit={limits.costPerDay} say={formatMoney} />
      <Usage title="Runs" used={used.runs} limit={null} say={numbers.format} />
      <Usage title="Keys" used={used.keys} limit={null} say={numbers.format} />
    </dl>
  );
}

interface UsageProps {
  readonly title: string;
  readonly used: number;
  /** Null = without. */
  readonly limit: number | null;
  readonly say: (value: number) => string;
  /** Default: as `say`. */
  readonly sayLimit?: (value: number) => string;
}

function Usage({ title, used, limit, say, sayLimit = say }: UsageProps) {
  return (
    <div>
      <dt>{title}</dt>
      <dd>
        <span className={styles["value"]}>{say(used)}</span>
        {limit !== null && <small> of {sayLimit(limit)}</small>}
        {limit !== null && (
          <meter
            aria-label={`${title}: ${say(used)} of ${sayLimit(limit)}`}
            min={0}
            max={Math.max(limit, Number.MIN_VALUE)}
            low={limit * NEARLY}
            high={limit}
            optimum={0}
            value={Math.min(used, limit)}
          />
        )}
      </dd>
    </div>
  );
}
