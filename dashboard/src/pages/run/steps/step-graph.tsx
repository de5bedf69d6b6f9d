import {
  Controls,
  type Edge,
  Handle,
  type Node,
  type NodeProps,
  Position,
  ReactFlow,
  useReactFlow,
} from "@xyflow/react";
import "@xyflow/react/dist/base.css";
import { useEffect, useMemo } from "react";
import { classNames } from "../../../components/class-names.ts";
import { StatusBadge } from "../../../components/status-badge.tsx";
import { faceOf } from "../viewer/pictures.ts";
import { layOut } from "./graph-layout.ts";
import type { RunStep } from "./run-steps.ts";
import styles from "./step-graph.module.css";
import { StepThumbnail } from "./step-thumbnail.tsx";

interface StepGraphProps {
  readonly steps: readonly RunStep[];
  /** Id of the step that is opened. */
  readonly chosen: string | null;
  readonly onChoose: (step: RunStep) => void;
}

type StepNode = Node<
  { readonly step: RunStep; readonly isChosen: boolean; readonly onChoose: (step: RunStep) => void },
  "step"
>;

/** CSS pixels of a node, and from one to the next. */
const NODE = { width: 208, height: 60 };
const GAP = { lane: 232, layer: 84 };
const NODE_TYPES = { step: StepNodeCard };
const FIT = { padding: 0.12, maxZoom: 1 };
const UNDONE = new Set(["waiting", "queued"]);

/** Which step stands on which, from top to bottom, and how each stands now. */
export function StepGraph({ steps, chosen, onChoose }: StepGraphProps) {
  const nodes = useMemo(() => nodesOf(steps, chosen, onChoose), [steps, chosen, onChoose]);
  const edges = useMemo(() => edgesOf(steps), [steps]);
  /* A finger that moves over the graph means the page. */
  const isTouched = window.matchMedia("(pointer: coarse)").matches;
  const layers = Math.max(...nodes.map(({ position }) => position.y)) / GAP.layer + 1;
  return (
    <div className={styles["graph"]} style={{ height: Math.min(640, layers * GAP.layer + 24) }}>
      <ReactFlow
        nodes={nodes}
        edges={edges}
        nodeTypes={NODE_TYPES}
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable={false}
        edgesFocusable={false}
        elementsSelectable={false}
        panOnDrag={!isTouched}
        zoomOnScroll={false}
        preventScrolling={false}
        zoomOnDoubleClick={false}
        minZoom={0.2}
        maxZoom={1.5}
        fitView
        fitViewOptions={FIT}
        aria-label="Steps of this run"
      >
        <Controls showInteractive={false} orientation="horizontal" />
        <FitAgain count={steps.length} />
      </ReactFlow>
    </div>
  );
}

/** A fan-out does not change the graph, but a narrower window does. */
function FitAgain({ count }: { readonly count: number }) {
  const { fitView } = useReactFlow();
  // biome-ignore lint/correctness/useExhaustiveDependencies: fitted again when steps came
  useEffect(() => {
    const show = () => void fitView(FIT);
    show();
    window.addEventListener("resize", show);
    return () => window.removeEventListener("resize", show);
  }, [fitView, count]);
  return null;
}

function StepNodeCard({ data: { step, isChosen, onChoose } }: NodeProps<StepNode>) {
  const { id, task, elements, status } = step;
  const done = elements.filter(
    (element) => !UNDONE.has(element.status) && element.status !== "running",
  ).length;
  return (
    <>
      <Handle type="target" position={Position.Top} isConnectable={false} />
      <button
        type="button"
        className={classNames(styles["node"], "nodrag", isChosen && styles["chosen"])}
        aria-pressed={isChosen}
        data-step={id}
        onClick={() => onChoose(step)}
      >
        <StepThumbnail face={faceOf(task)} />
        <span className={styles["text"]}>
          <span className={styles["id"]}>{id}</span>
          <span className={styles["what"]}>
            {elements.length > 0 ? `${done} of ${elements.length} done` : (task.model ?? task.taskType)}
          </span>
        </span>
        <StatusBadge status={status} isCompact />
      </button>
      <Handle type="source" position={Position.Bottom} isConnectable={false} />
    </>
  );
}

function nodesOf(
  steps: readonly RunStep[],
  chosen: string | null,
  onChoose: (step: RunStep) => void,
): StepNode[] {
  const places = layOut(steps);
  return steps.map((step) => {
    const { layer, lane } = places.get(step.id) ?? { layer: 0, lane: 0 };
    return {
      id: step.id,
      type: "step",
      position: { x: lane * GAP.lane, y: layer * GAP.layer },
      ...NODE,
      data: { step, isChosen: step.id === chosen, onChoose },
    };
  });
}

function edgesOf(steps: readonly RunStep[]): Edge[] {
  return steps.flatMap((step) =>
    step.needs.map((needed) => ({
      id: `${needed}→${step.id}`,
      source: needed,
      target: step.id,
      animated: step.status === "running",
    })),
  );
}
