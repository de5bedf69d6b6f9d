import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Play } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import type { RunDetail, TaskView } from "../../../../../src/contracts/run.ts";
import { runWorkflowQuery } from "../../../api/run-workflow.ts";
import { runQuery } from "../../../api/runs.ts";
import { Duration } from "../../../components/duration.tsx";
import { EmptyState } from "../../../components/empty-state.tsx";
import { ErrorState } from "../../../components/error-state.tsx";
import { shownStatus } from "../../../components/shown-status.ts";
import { Skeleton } from "../../../components/skeleton.tsx";
import { StatusBadge } from "../../../components/status-badge.tsx";
import { Outcome } from "../../run/outcome.tsx";
import { PicturesPanel } from "../../run/pictures-panel.tsx";
import { reasonsOf } from "../../run/reasons-of.ts";
import { stepsOf } from "../../run/steps/run-steps.ts";
import { StepsPanel } from "../../run/steps/steps-panel.tsx";
import { picturesOfRun, picturesOfTask } from "../../run/viewer/pictures.ts";
import styles from "./trial.module.css";

/** The run that was started, as it goes on: which step is at work, and the picture after each. */
export function TrialRun({ runUUID }: { readonly runUUID: string | null }) {
  const { data, error, refetch } = useQuery({ ...runQuery(runUUID ?? ""), enabled: runUUID !== null });
  if (runUUID === null)
    return (
      <div className={styles["empty"]}>
        <EmptyState icon={Play} title="Here it is watched">
          <p>Choose a picture and run it: each step shows what it made as soon as it has made it.</p>
        </EmptyState>
      </div>
    );
  if (data !== undefined) return <RunInPlace key={runUUID} run={data} />;
  if (error === null) return <Skeleton width="100%" height="32rem" />;
  return <ErrorState error={error} title="The run could not be loaded" onRetry={() => void refetch()} />;
}

/** As in the style sheet: where form and run stand below each other. */
const STACKED = "(max-width: 63.99rem)";

function RunInPlace({ run }: { readonly run: RunDetail }) {
  const { runUUID, tasks, startedAt, endedAt, warnings } = run;
  const { data: workflow } = useQuery(runWorkflowQuery(runUUID));
  const [opened, setOpened] = useState<string | null>(null);
  const place = useRef<HTMLDivElement>(null);
  /* On a phone it stands below the form. */
  useEffect(() => {
    if (window.matchMedia(STACKED).matches) place.current?.scrollIntoView({ block: "start" });
  }, []);
  const steps = useMemo(() => stepsOf({ tasks }, workflow?.needs), [tasks, workflow]);
  const task = tasks.find(({ taskUUID }) => taskUUID === opened) ?? null;
  const pictures = useMemo(
    () => (task === null ? picturesOfRun(run) : picturesOfTask(task, tasks)),
    [run, task, tasks],
  );
  const open = (next: TaskView | null) => setOpened(next?.taskUUID ?? null);
  return (
    <div ref={place} className={styles["run"]} data-run={runUUID}>
      <div className={styles["facts"]}>
        <StatusBadge status={shownStatus(run)} />
        <Duration from={startedAt} to={endedAt} />
        <Link to="/runs/$uuid" params={{ uuid: runUUID }}>
          Open the run
        </Link>
      </div>
      <Outcome errors={reasonsOf(run)} warnings={warnings} />
      <PicturesPanel {...{ run, task, steps, pictures }} wish={null} onOpen={open} />
      <StepsPanel run={run} steps={steps} opened={task} onOpen={open} />
    </div>
  );
}
