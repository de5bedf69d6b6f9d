import { useQuery } from "@tanstack/react-query";
import { useCallback, useMemo, useState } from "react";
import type { RunDetail, TaskView } from "../../../../src/contracts/run.ts";
import type { RegionQuality } from "../../../../src/contracts/tasks.ts";
import { runWorkflowQuery } from "../../api/run-workflow.ts";
import { Page } from "../../components/page.tsx";
import { shownStatus } from "../../components/shown-status.ts";
import { StatusBadge } from "../../components/status-badge.tsx";
import { RunActions } from "./actions/run-actions.tsx";
import { AlikePanel } from "./alike-panel.tsx";
import { RunLogPanel } from "./log/run-log-panel.tsx";
import { PicturesPanel } from "./pictures-panel.tsx";
import { QualityPanel } from "./quality-panel.tsx";
import { RerunDialog } from "./rerun/rerun-dialog.tsx";
import { RunFacts } from "./run-facts.tsx";
import styles from "./run-page.module.css";
import type { RunSearch } from "./run-search.ts";
import { stepsOf } from "./steps/run-steps.ts";
import { StepsPanel } from "./steps/steps-panel.tsx";
import { TaskPanel } from "./task/task-panel.tsx";
import { useRunPlace } from "./use-run-place.ts";
import { picturesOfRun, picturesOfTask } from "./viewer/pictures.ts";
import { wayOf } from "./viewer/view-mode.ts";
import type { Wish } from "./viewer/viewer.tsx";

interface RunViewProps {
  readonly run: RunDetail;
  /** What of it is opened. */
  readonly search: RunSearch;
}

/** A run as pictures on one side, and as steps and times on the other. */
export function RunView({ run, search }: RunViewProps) {
  const { runUUID, tasks } = run;
  const place = useRunPlace(runUUID, search);
  const { data: workflow } = useQuery(runWorkflowQuery(runUUID));
  const steps = useMemo(() => stepsOf({ tasks }, workflow?.needs), [tasks, workflow]);
  const [rerunFrom, setRerunFrom] = useState<string | "all" | null>(null);
  const [wish, setWish] = useState<Wish | null>(null);
  const task = tasks.find((one) => one.taskUUID === search.task) ?? null;
  const pictures = useMemo(
    () => (task === null ? picturesOfRun(run) : picturesOfTask(task, tasks)),
    [run, task, tasks],
  );
  const open = useCallback(
    (next: TaskView | null) => {
      setWish(null);
      place.open(next);
    },
    [place.open],
  );
  const showRegion = ({ crop }: RegionQuality) => {
    const maker = tasks.find((one) => one.taskUUID === pictures.measuredBy) ?? null;
    if (pictures.regions.length === 0) open(maker);
    else if (search.view === "crops") place.look({});
    setWish({ box: crop, at: (wish?.at ?? 0) + 1 });
  };
  return (
    <Page
      title={run.file}
      aside={<StatusBadge status={shownStatus(run)} />}
      crumbs={[{ title: "Runs", to: "/runs" }]}
      actions={<RunActions run={run} workflow={workflow} onRerun={() => setRerunFrom("all")} />}
    >
      <RunFacts run={run} />
      <div className={styles["columns"]}>
        <div className={styles["pictures"]}>
          <PicturesPanel
            {...{ run, task, steps, pictures, wish }}
            look={search}
            onOpen={open}
            onLook={place.look}
            way={wayOf(search)}
            onWay={place.see}
          />
        </div>
        <div className={styles["facts"]}>
          <StepsPanel run={run} steps={steps} opened={task} onOpen={open} />
          <QualityPanel pictures={pictures} onShow={showRegion} />
          {task !== null && (
            <TaskPanel
              key={task.taskUUID}
              run={run}
              task={task}
              workflow={workflow}
              tab={search.tab ?? "attempts"}
              onTab={place.show}
              onRerun={() => setRerunFrom(task.step)}
            />
          )}
          {task === null && <RunLogPanel run={run} />}
          <AlikePanel runUUID={runUUID} />
        </div>
      </div>
      {rerunFrom !== null && workflow !== undefined && (
        <RerunDialog
          run={run}
          workflow={workflow}
          from={rerunFrom === "all" ? null : rerunFrom}
          onClose={() => setRerunFrom(null)}
        />
      )}
    </Page>
  );
}
