import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { RunDetail } from "../../../../../src/contracts/run.ts";
import { runLogQuery } from "../../../api/task-records.ts";
import { Panel } from "../../../components/panel.tsx";
import styles from "./log-lines.module.css";
import { LogLines } from "./log-lines.tsx";

/** What workers wrote about all steps, in the order in which it happened; nothing where they wrote nothing. */
export function RunLogPanel({ run }: { readonly run: Pick<RunDetail, "runUUID" | "tasks"> }) {
  const { data } = useQuery(runLogQuery(run.runUUID));
  const names = useMemo(
    () =>
      new Map<string, string>(
        run.tasks.map(({ taskUUID, step, element }) => [
          taskUUID,
          element === null ? step : `${step} ${element}`,
        ]),
      ),
    [run.tasks],
  );
  if (data === undefined || data.length === 0) return null;
  return (
    <Panel title="Log">
      <div className={styles["padded"]}>
        <LogLines lines={data} stepOf={({ taskUUID }) => names.get(taskUUID)} />
      </div>
    </Panel>
  );
}
