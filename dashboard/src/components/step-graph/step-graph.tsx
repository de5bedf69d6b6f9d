import {
  Controls,
  type Edge,
  Handle,
  type Node,
  type NodeProps,
  Position,
  ReactFlow,
  useReactFlow,
  useStore,
} from "@xyflow/react";
import "@xyflow/react/dist/base.css";
import { type ReactNode, useEffect, useMemo } from "react";
import { classNames } from "../class-names.ts";
import { GAP, graphHeight, layOut } from "./graph-layout.ts";
import styles from "./step-graph.module.css";

/** A step as a card of the graph. */
export interface GraphStep {
  readonly id: string;
  /** Ids of the steps that it stands on. */
  readonly needs: readonly string[];
  /** What stands under its name. */
  readonly what: string;
  /** What is shown at the beginning of its card, and at the end. */
  readonly face: ReactNode;
  readonly mark?: ReactNode;
  /** Whether something is on its way to it. */
  readonly isFlowing?: boolean;
}

interface StepGraphProps {
  /** Of the whole graph, for whoever hears the page. */
  readonly label: string;
  readonly steps: readonly GraphStep[];
  /** Id of the step that is opened. */
  readonly chosen: string | null;
  readonly onChoose: (id: string) => void;
  /** Id of the step that is pointed at, here or where else its steps are shown. */
  readonly pointed?: string | null;
  readonly onPoint?: (id: string | null) => void;
}

type Acts = Pick<StepGraphProps, "onChoose" | "onPoint">;
interface NodeData extends Acts, Record<string, unknown> {
  readonly step: GraphStep;
  readonly isChosen: boolean;
  readonly isPointed: boolean;
}
type StepNode = Node<NodeData, "step">;

/** CSS pixels of a node. */
const NODE = { width: 208, height: 60 };
const NODE_TYPES = { step: StepNodeCard };
const FIT = { padding: 0.12, maxZoom: 1 };

/** Which step stands on which, from top to bottom. */
export function StepGraph({ label, steps, chosen, onChoose, pointed = null, onPoint }: StepGraphProps) {
  const nodes = useMemo(
    () => nodesOf(steps, { chosen, pointed }, { onChoose, ...(onPoint === undefined ? {} : { onPoint }) }),
    [steps, chosen, pointed, onChoose, onPoint],
  );
  const edges = useMemo(() => edgesOf(steps), [steps]);
  /* A finger that moves over the graph means the page. */
  const isTouched = window.matchMedia("(pointer: coarse)").matches;
  return (
    <div className={styles["graph"]} style={{ height: graphHeight(steps) }}>
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
        aria-label={label}
      >
        <Controls showInteractive={false} orientation="horizontal" />
        <FitAgain shape={nodes.map(({ id, position: { x, y } }) => `${id} ${x} ${y}`).join()} />
      </ReactFlow>
    </div>
  );
}

/** What a step stands on is known later than the steps, and its place has other measures then; a fan-out changes neither. */
function FitAgain({ shape }: { readonly shape: string }) {
  const { fitView } = useReactFlow();
  const room = useStore(({ width, height }) => `${width} ${height}`);
  // biome-ignore lint/correctness/useExhaustiveDependencies: fitted again when steps or their room changed
  useEffect(() => void fitView(FIT), [fitView, shape, room]);
  return null;
}

function StepNodeCard({ data: { step, isChosen, isPointed, onChoose, onPoint } }: NodeProps<StepNode>) {
  const { id, what, face, mark } = step;
  return (
    <>
      <Handle type="target" position={Position.Top} isConnectable={false} />
      <button
        type="button"
        className={classNames(
          styles["node"],
          "nodrag",
          isPointed && styles["pointed"],
          isChosen && styles["chosen"],
        )}
        aria-pressed={isChosen}
        data-step={id}
        onClick={() => onChoose(id)}
        onPointerEnter={() => onPoint?.(id)}
        onPointerLeave={() => onPoint?.(null)}
      >
        {face}
        <span className={styles["text"]}>
          <span className={styles["id"]}>{id}</span>
          <span className={styles["what"]}>{what}</span>
        </span>
        {mark}
      </button>
      <Handle type="source" position={Position.Bottom} isConnectable={false} />
    </>
  );
}

function nodesOf(
  steps: readonly GraphStep[],
  { chosen, pointed }: { readonly chosen: string | null; readonly pointed: string | null },
  acts: Acts,
): StepNode[] {
  const places = layOut(steps);
  return steps.map((step) => {
    const { layer, lane } = places.get(step.id) ?? { layer: 0, lane: 0 };
    return {
      id: step.id,
      type: "step",
      position: { x: lane * GAP.lane, y: layer * GAP.layer },
      ...NODE,
      data: { step, isChosen: step.id === chosen, isPointed: step.id === pointed, ...acts },
    };
  });
}

function edgesOf(steps: readonly GraphStep[]): Edge[] {
  return steps.flatMap((step) =>
    step.needs.map((needed) => ({
      id: `${needed}→${step.id}`,
      source: needed,
      target: step.id,
      animated: step.isFlowing === true,
    })),
  );
}
