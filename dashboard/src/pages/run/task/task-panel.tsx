import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { RunWorkflow } from "../../../../../src/contracts/api.ts";
import type { RunDetail, TaskView } from "../../../../../src/contracts/run.ts";
import type { LogLine, TaskCall } from "../../../../../src/contracts/task-records.ts";
import { callsQuery, taskLogQuery } from "../../../api/task-records.ts";
import { Duration } from "../../../components/duration.tsx";
import { Money } from "../../../components/money.tsx";
import { Panel } from "../../../components/panel.tsx";
import { StatusBadge } from "../../../components/status-badge.tsx";
import { Tabs } from "../../../components/tabs.tsx";
import { Uuid } from "../../../components/uuid.tsx";
import { TaskActions } from "../actions/task-actions.tsx";
import { Facts } from "../facts.tsx";
import { TaskLog } from "../log/task-log.tsx";
import { Outcome } from "../outcome.tsx";
import { reasonOf } from "../reasons-of.ts";
import type { TaskTab } from "../run-search.ts";
import { Attempts } from "./attempts.tsx";
import { JsonBlock } from "./json-block.tsx";
import { RegionProgress } from "./region-progress.tsx";
import { TaskCalls } from "./task-calls.tsx";
import styles from "./task-panel.module.css";

interface TaskPanelProps {
  readonly run: RunDetail;
  readonly task: TaskView;
  /** What the run follows; undefined until it is loaded. */
  readonly workflow: Pick<RunWorkflow, "source"> | undefined;
  readonly tab: TaskTab;
  readonly onTab: (tab: TaskTab) => void;
  readonly onRerun: () => void;
}

/** All that is known of one task, and what can be done about it. */
export function TaskPanel({ run, task, workflow, tab, onTab, onRerun }: TaskPanelProps) {
  const { data: lines } = useQuery(taskLogQuery(task.taskUUID));
  const isElsewhere = task.provider !== null && task.provider !== "local";
  const { data: calls = [] } = useQuery({ ...callsQuery(task), enabled: isElsewhere });
  const tabs = tabsOf(task, lines, calls);
  const { step, element, taskUUID, status, error, warnings, attempts } = task;
  const progress = isElsewhere && status === "running" ? <RegionProgress taskUUID={taskUUID} /> : null;
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
            ["Progress", progress],
            ["Took", <Duration key="took" from={task.startedAt} to={task.endedAt} />],
            ["Cost", <Money key="cost" amount={task.cost} />],
            ["Worker", attempts.at(-1)?.worker],
          ]}
        />
        <Outcome errors={error === null ? [] : [reasonOf(task, error)]} warnings={warnings} />
        <TaskActions run={run} task={task} workflow={workflow} onRerun={onRerun} />
        <Tabs
          label="More of this task"
          chosen={tabs.some(({ id }) => id === tab) ? tab : "attempts"}
          onChoose={onTab}
          tabs={tabs}
        />
      </div>
    </Panel>
  );
}

function tabsOf(
  task: TaskView,
  lines: readonly LogLine[] | undefined,
  calls: readonly TaskCall[],
): readonly { readonly id: TaskTab; readonly title: string; readonly content: ReactNode }[] {
  const { attempts, input, output } = task;
  return [
    {
      id: "attempts",
      title: `Attempts (${attempts.length})`,
      content: <Attempts attempts={attempts} lines={lines ?? []} />,
    },
    { id: "log", title: `Log (${lines?.length ?? "…"})`, content: <TaskLog task={task} /> },
    ...(calls.length === 0
      ? []
      : [{ id: "calls", title: `Calls (${calls.length})`, content: <TaskCalls calls={calls} /> } as const]),
    { id: "input", title: "Input", content: <JsonBlock label="Input" value={input} /> },
    { id: "output", title: "Output", content: <JsonBlock label="Output" value={output} /> },
  ];
}
