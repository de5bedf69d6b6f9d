import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Ban, Dices, Eye, GitCompareArrows, RotateCw, SlidersHorizontal } from "lucide-react";
import type { RunWorkflow } from "../../../../../src/contracts/api.ts";
import type { RunDetail, RunStatus } from "../../../../../src/contracts/run.ts";
import { workflowsQuery } from "../../../api/installation.ts";
import { queryKeys } from "../../../api/query-keys.ts";
import { cancelRun, rerollRun, retryRun } from "../../../api/run-actions.ts";
import { useCurlTarget } from "../../../api/use-curl-target.ts";
import { useRole } from "../../../api/use-role.ts";
import { Button } from "../../../components/button.tsx";
import { asCli, asCurl } from "./copy-as.ts";
import { CopyMenu } from "./copy-menu.tsx";
import { cancelled, retried } from "./foreseen-run.ts";
import { OpenMenu } from "./open-menu.tsx";
import { useAction } from "./use-action.ts";

interface RunActionsProps {
  readonly run: RunDetail;
  /** Undefined until it is loaded. */
  readonly workflow: Pick<RunWorkflow, "document" | "source"> | undefined;
  readonly onRerun: () => void;
}

const RETRYABLE: ReadonlySet<RunStatus> = new Set(["failed", "partial", "cancelled"]);

/** What whoever looks at it can do to the whole run now. One whose picture was never taken in has nothing that could be done again. */
export function RunActions({ run, workflow, onRerun }: RunActionsProps) {
  const navigate = useNavigate();
  const client = useQueryClient();
  const { mutate, isPending } = useAction(run.runUUID);
  const mayChange = useRole("operator");
  const { runUUID, status, tasks } = run;
  const hasEnded = run.endedAt !== null;
  const canBeRedone = mayChange && hasEnded && tasks.length > 0;
  const asked = tasks.find((task) => task.status === "review");
  const reroll = async () => {
    const made = await rerollRun(runUUID);
    client.setQueryData(queryKeys.run(made.runUUID), made);
    await navigate({ to: "/runs/$uuid", params: { uuid: made.runUUID } });
  };
  return (
    <>
      {asked !== undefined && (
        <Button
          icon={Eye}
          look="primary"
          onClick={() => void navigate({ to: "/review", search: { at: asked.taskUUID } })}
        >
          Decide
        </Button>
      )}
      {canBeRedone && RETRYABLE.has(status) && (
        <Button
          icon={RotateCw}
          look="primary"
          disabled={isPending}
          onClick={() =>
            mutate({
              act: () => retryRun(runUUID),
              foresee: retried,
              done: "Under way again.",
              failed: `${run.file} was not begun again`,
            })
          }
        >
          Retry
        </Button>
      )}
      {canBeRedone && (
        <Button icon={SlidersHorizontal} onClick={onRerun}>
          Rerun with changes
        </Button>
      )}
      {canBeRedone && tasks.some(({ taskType }) => taskType === "imageInference") && (
        <Button
          icon={Dices}
          disabled={isPending}
          onClick={() =>
            mutate({
              act: reroll,
              done: "A new run with other seeds.",
              failed: `${run.file} was not made again`,
            })
          }
        >
          Reroll
        </Button>
      )}
      {mayChange && !hasEnded && (
        <Button
          icon={Ban}
          look="danger"
          disabled={isPending}
          onClick={() =>
            mutate({
              act: () => cancelRun(runUUID),
              foresee: cancelled,
              done: "Cancelled.",
              failed: `${run.file} was not cancelled`,
            })
          }
        >
          Cancel
        </Button>
      )}
      <CompareButton run={run} />
      <RunMenus run={run} workflow={workflow} />
    </>
  );
}

function CompareButton({ run }: Pick<RunActionsProps, "run">) {
  const navigate = useNavigate();
  if (run.pictures.input === null) return null;
  return (
    <Button
      icon={GitCompareArrows}
      onClick={() => void navigate({ to: "/compare", search: { left: run.runUUID } })}
    >
      Compare with…
    </Button>
  );
}

/** What can be taken from it: its pictures, and what does the same elsewhere. */
function RunMenus({ run, workflow }: Omit<RunActionsProps, "onRerun">) {
  const target = useCurlTarget();
  const { data: named } = useQuery(workflowsQuery);
  const namesake = named?.workflows.find(({ name }) => name === run.workflow);
  return (
    <>
      <OpenMenu
        pictures={[
          ["The picture that was given", run.pictures.input],
          ["The mask", run.pictures.mask],
          ["The result", run.pictures.output],
        ]}
      />
      <CopyMenu
        items={[
          ...(workflow === undefined
            ? []
            : ([
                ["As curl", asCurl(run, { source: workflow.source, namesake }, target)],
                ["As a command", asCli(run, { source: workflow.source, namesake })],
                ["Workflow as YAML", workflow.source],
                ["Workflow as JSON", JSON.stringify(workflow.document, null, 2)],
              ] as const)),
        ]}
      />
    </>
  );
}
