import { useId, useState } from "react";
import { Button } from "../../../components/button.tsx";
import { StatusBadge } from "../../../components/status-badge.tsx";
import { DecisionButtons } from "./decision-buttons.tsx";
import { reservedBy } from "./decisions.ts";
import styles from "./parked.module.css";
import { ParkedRow } from "./parked-row.tsx";
import type { ParkedReason } from "./reasons.ts";
import { tasksWord } from "./use-decide.ts";

/** So many of a reason are shown until somebody asks for all: the next reason is to be in sight. */
const FIRST = 5;

interface ParkedGroupProps {
  readonly reason: ParkedReason;
  readonly canDecide: boolean;
  readonly isChosen: (taskUUID: string) => boolean;
  readonly onChoose: (taskUUID: string, isChosen: boolean) => void;
}

/** A reason to wait, said once, with what can be done about all that wait for it, and then each of them. */
export function ParkedGroup({ reason, canDecide, isChosen, onChoose }: ParkedGroupProps) {
  const { status, hasEnded, provider, message, tasks } = reason;
  const id = useId();
  const [isWhole, setIsWhole] = useState(false);
  const words = tasksWord(tasks.length);
  /* One that would be left out alone takes as much room as the button. */
  const shown = isWhole || tasks.length <= FIRST + 1 ? tasks : tasks.slice(0, FIRST);
  return (
    <section aria-labelledby={id} className={styles["group"]} data-waits-for={status}>
      <div className={styles["why"]}>
        <div className={styles["what"]}>
          <div className={styles["head"]}>
            <StatusBadge status={status} />
            <h3 id={id}>
              {words} at {provider ?? "a provider"}
              {hasEnded && ", ended: only the bill is open"}
            </h3>
          </div>
          {message !== null && <p className={styles["reason"]}>{message}</p>}
        </div>
        {canDecide && tasks.length > 1 && (
          <div className={styles["actions"]}>
            <DecisionButtons
              tasks={tasks}
              which={{ tasks: tasks.map(({ taskUUID }) => taskUUID) }}
              words={`all ${words} at ${provider ?? "a provider"}`}
              reserved={reservedBy(tasks)}
            />
          </div>
        )}
      </div>
      <ul>
        {shown.map((task) => (
          <ParkedRow
            key={task.taskUUID}
            task={task}
            canDecide={canDecide}
            isOfMany={tasks.length > 1}
            isChosen={isChosen(task.taskUUID)}
            onChoose={(chosen) => onChoose(task.taskUUID, chosen)}
          />
        ))}
      </ul>
      {shown.length < tasks.length && (
        <p className={styles["rest"]}>
          <Button onClick={() => setIsWhole(true)}>Show {tasksWord(tasks.length - shown.length)} more</Button>
        </p>
      )}
    </section>
  );
}
