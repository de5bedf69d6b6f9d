import { Link } from "@tanstack/react-router";
import type { ParkedTask } from "../../../../../src/contracts/parked.ts";
import { formatMoney } from "../../../components/format-money.ts";
import { RelativeTime } from "../../../components/relative-time.tsx";
import { DecisionButtons } from "./decision-buttons.tsx";
import { reservedBy } from "./decisions.ts";
import styles from "./parked.module.css";

interface ParkedRowProps {
  readonly task: ParkedTask;
  readonly canDecide: boolean;
  /** Whether others wait for the same, so that it is decided about all of them in one place. */
  readonly isOfMany: boolean;
  readonly isChosen: boolean;
  readonly onChoose: (isChosen: boolean) => void;
}

/** One of the tasks that wait for the same: since when, what it has asked for, and what can be done about it alone. */
export function ParkedRow({ task, canDecide, isOfMany, isChosen, onChoose }: ParkedRowProps) {
  const { taskUUID, runUUID, file, step, model, since, calls } = task;
  const reserved = reservedBy([task]);
  return (
    <li className={styles["row"]} data-row data-parked={taskUUID}>
      {canDecide && (
        <label className={styles["tick"]}>
          <input
            type="checkbox"
            aria-label={`Choose ${file}`}
            checked={isChosen}
            onChange={({ target }) => onChoose(target.checked)}
          />
        </label>
      )}
      <div className={styles["what"]}>
        <p className={styles["head"]}>
          <Link to="/runs/$uuid" params={{ uuid: runUUID }}>
            {file}
          </Link>
          <span className={styles["quiet"]}>
            {step}
            {model !== null && ` with ${model}`}
            {since !== null && (
              <>
                , stopped <RelativeTime at={since} />
              </>
            )}
          </span>
        </p>
        {calls.length > 0 && (
          <p className={styles["quiet"]}>
            {calls.length === 1 ? "1 call" : `${calls.length} calls`}
            {reserved > 0 && `, ${formatMoney(reserved)} reserved`}
            {calls.map(({ callUUID, providerId }) => (
              <code key={callUUID} title="By this name the provider knows the call">
                {providerId ?? callUUID}
              </code>
            ))}
          </p>
        )}
      </div>
      {canDecide && (
        <div className={styles["actions"]}>
          <DecisionButtons
            tasks={[task]}
            which={{ tasks: [taskUUID] }}
            words={file}
            reserved={reserved}
            isCompact={isOfMany}
          />
        </div>
      )}
    </li>
  );
}
