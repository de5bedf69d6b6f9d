import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Ban, Dices, RotateCw, SlidersHorizontal } from "lucide-react";
import type { RunWorkflow } from "../../../../../src/contracts/api.ts";
import type { RunDetail, TaskView } from "../../../../../src/contracts/run.ts";
import { queryKeys } from "../../../api/query-keys.ts";
import { cancelTask, rerollTask, retryTask } from "../../../api/run-actions.ts";
import { useCurlTarget } from "../../../api/use-curl-target.ts";
import { useRole } from "../../../api/use-role.ts";
import { Button } from "../../../components/button.tsx";
import { type CurlTarget, curlCommand } from "../../../components/curl-command.ts";
import { picturesOfTask, textOf } from "../viewer/pictures.ts";
import styles from "./actions.module.css";
import { asRerunCli, asRerunCurl } from "./copy-as.ts";
import { CopyMenu } from "./copy-menu.tsx";
import { DONE, isRetryable, withTaskCancelled, withTaskRetried } from "./foreseen-run.ts";
import { OpenMenu } from "./open-menu.tsx";
import { useAction } from "./use-action.ts";

interface TaskActionsProps {
  readonly run: RunDetail;
  readonly task: TaskView;
  /** What the run follows; undefined until it is loaded. */
  readonly workflow: Pick<RunWorkflow, "source"> | undefined;
  readonly onRerun: () => void;
}

/** Only what is possible now: what a run under way allows differs from what an ended one does. */
export function TaskActions({ run, task, workflow, onRerun }: TaskActionsProps) {
  const navigate = useNavigate();
  const client = useQueryClient();
  const target = useCurlTarget();
  const { mutate, isPending } = useAction(run.runUUID);
  const mayChange = useRole("operator");
  const { taskUUID, status } = task;
  const canBeRedone = mayChange && run.endedAt !== null;
  const reroll = async () => {
    const made = await rerollTask(taskUUID);
    client.setQueryData(queryKeys.run(made.runUUID), made);
    await navigate({ to: "/runs/$uuid", params: { uuid: made.runUUID } });
  };
  return (
    <div className={styles["actions"]}>
      {canBeRedone && isRetryable(task) && (
        <Button
          icon={RotateCw}
          look="primary"
          disabled={isPending}
          onClick={() =>
            mutate({
              act: () => retryTask(taskUUID),
              foresee: (shown) => withTaskRetried(shown, taskUUID),
              done: "Under way again.",
              failed: `Step ${task.step} of ${run.file} was not begun again`,
            })
          }
        >
          Retry
        </Button>
      )}
      {canBeRedone && (
        <Button icon={SlidersHorizontal} onClick={onRerun}>
          Rerun from here
        </Button>
      )}
      {canBeRedone && task.taskType === "imageInference" && (
        <Button
          icon={Dices}
          disabled={isPending}
          onClick={() =>
            mutate({
              act: reroll,
              done: "A new run with another seed.",
              failed: `Step ${task.step} of ${run.file} was not made again`,
            })
          }
        >
          Reroll
        </Button>
      )}
      {mayChange && !DONE.has(status) && (
        <Button
          icon={Ban}
          look="danger"
          disabled={isPending}
          onClick={() =>
            mutate({
              act: () => cancelTask(taskUUID),
              foresee: (shown) => withTaskCancelled(shown, taskUUID),
              done: "Cancelled.",
              failed: `Step ${task.step} of ${run.file} was not cancelled`,
            })
          }
        >
          Cancel
        </Button>
      )}
      <OpenMenu
        pictures={[
          ["The input", picturesOfTask(task, [task]).before],
          ["The mask", picturesOfTask(task, [task]).mask],
          ["The output", textOf(task.output, ["image"])],
        ]}
      />
      <CopyMenu items={copiesOf(task, workflow, target)} />
    </div>
  );
}

function copiesOf(task: TaskView, workflow: TaskActionsProps["workflow"], target: CurlTarget) {
  return [
    ["Doing it again, as curl", asRerunCurl(task, target)],
    ["Doing it again, as a command", asRerunCli(task)],
    ...(workflow === undefined ? [] : [["Workflow as YAML", workflow.source] as const]),
    ["Asking for it, as curl", curlCommand(target, `/api/tasks/${task.taskUUID}`)],
    ["Task as JSON", JSON.stringify(task, null, 2)],
    ["Address of this page", `${target.origin}/tasks/${task.taskUUID}`],
  ] as const;
}
