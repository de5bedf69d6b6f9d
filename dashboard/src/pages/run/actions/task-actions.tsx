import { useNavigate } from "@tanstack/react-router";
import { Ban, Dices, RotateCw, SlidersHorizontal } from "lucide-react";
import type { RunDetail, TaskStatus, TaskView } from "../../../../../src/contracts/run.ts";
import { cancelTask, rerollTask, retryTask } from "../../../api/run-actions.ts";
import { Button } from "../../../components/button.tsx";
import styles from "./actions.module.css";
import { CopyMenu } from "./copy-menu.tsx";
import { useAction } from "./use-action.ts";

interface TaskActionsProps {
  readonly run: RunDetail;
  readonly task: TaskView;
  readonly onRerun: () => void;
}

const DONE: ReadonlySet<TaskStatus> = new Set(["succeeded", "cached", "skipped", "failed", "cancelled"]);

/** Only what is possible now: what a run under way allows differs from what an ended one does. */
export function TaskActions({ run, task, onRerun }: TaskActionsProps) {
  const navigate = useNavigate();
  const { mutate, isPending } = useAction(run.runUUID);
  const { taskUUID, status, error } = task;
  const hasEnded = run.endedAt !== null;
  const isRetryable =
    status === "failed" || status === "cancelled" || (status === "skipped" && error !== null);
  const reroll = async () => {
    const made = await rerollTask(taskUUID);
    await navigate({ to: "/runs/$uuid", params: { uuid: made.runUUID } });
  };
  return (
    <div className={styles["actions"]}>
      {hasEnded && isRetryable && (
        <Button
          icon={RotateCw}
          look="primary"
          disabled={isPending}
          onClick={() => mutate({ act: () => retryTask(taskUUID), done: "Under way again." })}
        >
          Retry
        </Button>
      )}
      {hasEnded && (
        <Button icon={SlidersHorizontal} onClick={onRerun}>
          Rerun from here
        </Button>
      )}
      {hasEnded && task.taskType === "imageInference" && (
        <Button
          icon={Dices}
          disabled={isPending}
          onClick={() => mutate({ act: reroll, done: "A new run with another seed." })}
        >
          Reroll
        </Button>
      )}
      {!DONE.has(status) && (
        <Button
          icon={Ban}
          look="danger"
          disabled={isPending}
          onClick={() => mutate({ act: () => cancelTask(taskUUID), done: "Cancelled." })}
        >
          Cancel
        </Button>
      )}
      <CopyMenu
        items={[
          ["As curl", `curl ${window.location.origin}/api/tasks/${taskUUID}`],
          ["Address of this page", `${window.location.origin}/tasks/${taskUUID}`],
          ["Task as JSON", JSON.stringify(task, null, 2)],
        ]}
      />
    </div>
  );
}
