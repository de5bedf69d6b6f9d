import { useMemo } from "react";
import type { StepOutline } from "../../../../../src/contracts/workflow-library.ts";
import { classNames } from "../../../components/class-names.ts";
import { type GraphStep, StepGraph } from "../../../components/step-graph/step-graph.tsx";
import { lookOf } from "../../../components/step-graph/task-look.ts";
import tones from "../../../components/tone.module.css";
import styles from "./definition.module.css";

interface OutlineGraphProps {
  readonly steps: readonly StepOutline[];
  readonly chosen: string | null;
  readonly onChoose: (id: string) => void;
}

/** The steps of a workflow that is written: what each does, and which stands on which. */
export function OutlineGraph({ steps, chosen, onChoose }: OutlineGraphProps) {
  const cards = useMemo(() => steps.map(cardOf), [steps]);
  return <StepGraph label="Steps of this workflow" steps={cards} chosen={chosen} onChoose={onChoose} />;
}

function cardOf({ id, task, what, needs }: StepOutline): GraphStep {
  const { icon: Icon, tone, title } = lookOf(task);
  return {
    id,
    needs,
    what: what ?? title,
    face: (
      <span className={classNames(tones[tone], styles["face"])} title={task}>
        <Icon size={22} strokeWidth={1.75} aria-hidden />
      </span>
    ),
  };
}
