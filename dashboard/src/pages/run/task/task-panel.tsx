import { useState } from "react";
import type { RunDetail, TaskView } from "../../../../../src/contracts/run.ts";
import { Duration } from "../../../components/duration.tsx";
import { Money } from "../../../components/money.tsx";
import { Panel } from "../../../components/panel.tsx";
import { StatusBadge } from "../../../components/status-badge.tsx";
import { Tabs } from "../../../components/tabs.tsx";
import { Uuid } from "../../../components/uuid.tsx";
import { TaskActions } from "../actions/task-actions.tsx";
import { Facts } from "../facts.tsx";
import { Attempts } from "./attempts.tsx";
import { JsonBlock } from "./json-block.tsx";
import styles from "./task-panel.module.css";

interface TaskPanelProps {
  readonly run: RunDetail;
  readonly task: TaskView;
  readonly onRerun: () => void;
}

type TabId = "attempts" | "input" | "output";

/** All that is known of one task, and what can be done about it. */
export function TaskPanel({ run, task, onRerun }: TaskPanelProps) {
  const [tab, setTab] = useState<TabId>("attempts");
  const { step, element, taskUUID, error, warnings, attempts } = task;
  return (
    <Panel
      title={element === null ? `Step ${step}` : `Step ${step}, element ${element}`}
      aside={<StatusBadge status={task.status} />}
    >
      <div className={styles["task"]} data-task={taskUUID}>
        <Facts
          rows={[
            ["taskUUID", <Uuid key="uuid" value={taskUUID} kind="task" isWhole />],
            ["Task", task.taskType],
            ["Provider", task.provider],
            ["Model", task.model],
            ["Seed", task.seed],
            ["Took", <Duration key="took" from={task.startedAt} to={task.endedAt} />],
            ["Cost", <Money key="cost" amount={task.cost} />],
            ["Worker", attempts.at(-1)?.worker],
          ]}
        />
        {error !== null && (
          <p className={styles["error"]} role="alert">
            <code>{error.code}</code> {error.message}
          </p>
        )}
        {warnings.length > 0 && (
          <ul className={styles["warnings"]} aria-label="Warnings">
            {warnings.map((warning) => (
              <li key={warning}>{warning}</li>
            ))}
          </ul>
        )}
        <TaskActions run={run} task={task} onRerun={onRerun} />
        <Tabs
          label="More of this task"
          chosen={tab}
          onChoose={setTab}
          tabs={[
            {
              id: "attempts",
              title: `Attempts (${attempts.length})`,
              content: <Attempts attempts={attempts} />,
            },
            { id: "input", title: "Input", content: <JsonBlock label="Input" value={task.input} /> },
            { id: "output", title: "Output", content: <JsonBlock label="Output" value={task.output} /> },
          ]}
        />
      </div>
    </Panel>
  );
}
