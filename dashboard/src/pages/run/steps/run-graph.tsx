import { useMemo } from "react";
import { StatusBadge } from "../../../components/status-badge.tsx";
import { type GraphStep, StepGraph } from "../../../components/step-graph/step-graph.tsx";
import { Thumbnail } from "../../../components/thumbnail.tsx";
import { faceOf } from "../viewer/pictures.ts";
import type { RunStep } from "./run-steps.ts";

interface RunGraphProps {
  readonly steps: readonly RunStep[];
  /** Id of the step that is opened. */
  readonly chosen: string | null;
  readonly onChoose: (step: RunStep) => void;
  /** Id of the step that is pointed at, here or in the times beneath. */
  readonly pointed: string | null;
  readonly onPoint: (id: string | null) => void;
}

const UNDONE = new Set(["waiting", "queued"]);

/** The steps of a run, and how each stands now. */
export function RunGraph({ steps, chosen, onChoose, pointed, onPoint }: RunGraphProps) {
  const cards = useMemo(() => steps.map(cardOf), [steps]);
  const choose = (id: string) => {
    const step = steps.find((one) => one.id === id);
    if (step !== undefined) onChoose(step);
  };
  return (
    <StepGraph label="Steps of this run" steps={cards} onChoose={choose} {...{ chosen, pointed, onPoint }} />
  );
}

function cardOf({ id, needs, task, elements, status }: RunStep): GraphStep {
  const done = elements.filter(
    (element) => !UNDONE.has(element.status) && element.status !== "running",
  ).length;
  return {
    id,
    needs,
    what: elements.length > 0 ? `${done} of ${elements.length} done` : (task.model ?? task.taskType),
    face: <Thumbnail {...(faceOf(task) ?? { artifact: null })} alt="" />,
    mark: <StatusBadge status={status} isCompact />,
    isFlowing: status === "running",
  };
}
