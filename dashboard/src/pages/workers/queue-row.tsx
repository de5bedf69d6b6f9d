import { Link } from "@tanstack/react-router";
import type { QueueView } from "../../../../src/contracts/actions.ts";
import { useRole } from "../../api/use-role.ts";
import { formatElapsed } from "../../components/format-time.ts";
import { RowHead } from "../../components/row-head.tsx";
import { StatusBadge } from "../../components/status-badge.tsx";
import { formatRate, formatShare } from "./format-figures.ts";
import { PauseButton } from "./pause-button.tsx";
import { Sparkline } from "./sparkline.tsx";
import { StepTimes } from "./step-times.tsx";
import styles from "./workers.module.css";

interface QueueRowProps {
  readonly queue: QueueView;
}

/** A queue: what waits and runs now, how it went lately, and how long each kind of work takes in it. */
export function QueueRow({ queue: view }: QueueRowProps) {
  const { queue, paused, waiting, running, oldestWaitSeconds, recent } = view;
  const isAdmin = useRole("admin");
  const failed = recent.failureRate ?? 0;
  return (
    <li className={styles["queue"]} data-row data-queue={queue}>
      <RowHead
        title={
          <Link to="/workers" search={{ queue }} resetScroll={false}>
            {queue}
          </Link>
        }
        badges={paused && <StatusBadge status="paused" />}
        notes={[<Served key="served" {...view} />, limitsOf(view)]}
        actions={isAdmin && <PauseButton queue={queue} paused={paused} />}
      />
      <div className={styles["body"]}>
        <dl className={styles["facts"]}>
          <Fact name="Waiting" value={waiting} notes={laterOf(view)} />
          <Fact name="Running" value={running} />
          <Fact
            name="Oldest waits"
            value={oldestWaitSeconds === null ? "–" : formatElapsed(oldestWaitSeconds * 1000)}
          />
          <Fact name="Per minute" value={formatRate(recent.perMinute)} />
          <Fact
            name="Failed"
            value={recent.failureRate === null ? "–" : formatShare(failed)}
            {...(failed > 0 ? { tone: "bad" as const } : {})}
          />
        </dl>
        <Sparkline queue={queue} minutes={recent.minutes} />
      </div>
      {recent.steps.length > 0 && <StepTimes queue={queue} steps={recent.steps} />}
    </li>
  );
}

interface FactProps {
  readonly name: string;
  readonly value: string | number;
  readonly tone?: "bad";
  readonly notes?: readonly string[];
}

function Fact({ name, value, tone, notes = [] }: FactProps) {
  return (
    <div data-tone={tone}>
      <dt>{name}</dt>
      <dd className={styles["value"]}>{value}</dd>
      {notes.map((note) => (
        <dd key={note} className={styles["quiet"]}>
          {note}
        </dd>
      ))}
    </div>
  );
}

/** What will wait, and does not yet. */
const laterOf = ({ delayed, waitingPaused }: QueueView): readonly string[] => [
  ...(delayed > 0 ? [`${delayed} due later`] : []),
  ...(waitingPaused > 0 ? [`${waitingPaused} in paused batches`] : []),
];

/** How its provider may be used, where it is one elsewhere. */
function limitsOf({ limits }: QueueView): string | null {
  if (limits === null) return null;
  const { concurrency, requestsPerSecond } = limits;
  const pace = requestsPerSecond === null ? "" : `, ${requestsPerSecond} a second`;
  return `at most ${concurrency} at a time${pace}`;
}

/** Work that nobody does is said where it waits. */
function Served({ workers, waiting, delayed }: QueueView) {
  if (workers > 0) return workers === 1 ? "1 worker" : `${workers} workers`;
  if (waiting + delayed === 0) return "No worker serves it";
  return <span className={styles["alarm"]}>No worker serves it: start one with maskloom up</span>;
}
