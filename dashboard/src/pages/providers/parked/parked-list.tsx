import { useState } from "react";
import type { ParkedList as List } from "../../../../../src/contracts/parked.ts";
import type { ParkedFilter } from "../../../api/parked.ts";
import { useRole } from "../../../api/use-role.ts";
import { Button } from "../../../components/button.tsx";
import { DecisionButtons } from "./decision-buttons.tsx";
import { reservedBy } from "./decisions.ts";
import styles from "./parked.module.css";
import { ParkedGroup } from "./parked-group.tsx";
import { parkedReasons } from "./reasons.ts";
import { tasksWord } from "./use-decide.ts";

interface ParkedListProps {
  readonly list: List;
  readonly filter: ParkedFilter;
}

/** Tasks that wait, by what they wait for, the longest waiting first; what is done to one is done to those that are chosen, or to all. */
export function ParkedList({ list: { tasks, total }, filter }: ParkedListProps) {
  const canDecide = useRole("operator");
  const [named, setNamed] = useState<ReadonlySet<string>>(new Set());
  const [isAll, setIsAll] = useState(false);
  const chosen = tasks.filter(({ taskUUID }) => isAll || named.has(taskUUID));
  const choose = (uuid: string, isChosen: boolean) => {
    const next = new Set(isAll ? tasks.map(({ taskUUID }) => taskUUID) : named);
    if (isChosen) next.add(uuid);
    else next.delete(uuid);
    setIsAll(false);
    setNamed(next);
  };
  const chooseNothing = () => {
    setIsAll(false);
    setNamed(new Set());
  };
  return (
    <div>
      {canDecide && (
        <div className={styles["bar"]}>
          <label className={styles["tick"]}>
            <input
              type="checkbox"
              aria-label="Choose all of them"
              checked={isAll || (tasks.length > 0 && chosen.length === tasks.length)}
              onChange={({ target }) => {
                setIsAll(target.checked);
                setNamed(new Set());
              }}
            />
          </label>
          <p role="status" className={styles["quiet"]}>
            {chosen.length === 0 ? tasksWord(total) : `${tasksWord(isAll ? total : chosen.length)} chosen`}
          </p>
          {chosen.length > 0 && (
            <div className={styles["actions"]}>
              <DecisionButtons
                tasks={chosen}
                which={isAll ? { filter } : { tasks: chosen.map(({ taskUUID }) => taskUUID) }}
                words={tasksWord(isAll ? total : chosen.length)}
                reserved={isAll && total > tasks.length ? null : reservedBy(chosen)}
                onDecided={chooseNothing}
              />
              <Button onClick={chooseNothing}>Choose nothing</Button>
            </div>
          )}
        </div>
      )}
      {parkedReasons(tasks).map((reason) => (
        <ParkedGroup
          key={reason.key}
          reason={reason}
          canDecide={canDecide}
          isChosen={(taskUUID) => isAll || named.has(taskUUID)}
          onChoose={choose}
        />
      ))}
      {total > tasks.length && (
        <p className={styles["more"]}>
          and {tasksWord(total - tasks.length)} more, which have not waited as long: choosing all means them,
          too
        </p>
      )}
    </div>
  );
}
