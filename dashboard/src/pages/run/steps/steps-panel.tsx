import { lazy, Suspense, useState } from "react";
import type { RunDetail, TaskView } from "../../../../../src/contracts/run.ts";
import { Panel } from "../../../components/panel.tsx";
import { Skeleton } from "../../../components/skeleton.tsx";
import { graphHeight } from "../../../components/step-graph/graph-layout.ts";
import { Waterfall } from "../waterfall/waterfall.tsx";
import type { RunStep } from "./run-steps.ts";

/* The library that draws graphs is half as large as all the rest of the page. */
const RunGraph = lazy(async () => ({ default: (await import("./run-graph.tsx")).RunGraph }));

interface StepsPanelProps {
  readonly run: RunDetail;
  readonly steps: readonly RunStep[];
  readonly opened: TaskView | null;
  readonly onOpen: (task: TaskView) => void;
}

/** Which step stands on which, and beneath it when each did its work. */
export function StepsPanel({ run, steps, opened, onOpen }: StepsPanelProps) {
  const [pointed, setPointed] = useState<string | null>(null);
  if (steps.length === 0) return null;
  return (
    <Panel title="Steps">
      <Suspense
        fallback={
          <div style={{ height: graphHeight(steps) }}>
            <Skeleton width="100%" height="100%" />
          </div>
        }
      >
        <RunGraph
          steps={steps}
          chosen={opened?.step ?? null}
          onChoose={({ task }) => onOpen(task)}
          pointed={pointed}
          onPoint={setPointed}
        />
      </Suspense>
      <Waterfall
        run={run}
        steps={steps}
        chosen={opened?.taskUUID ?? null}
        onChoose={onOpen}
        pointed={pointed}
        onPoint={setPointed}
      />
    </Panel>
  );
}
