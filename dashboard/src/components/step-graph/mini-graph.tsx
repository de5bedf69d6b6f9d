import type { StepOutline } from "../../../../src/contracts/workflow-library.ts";
import { classNames } from "../class-names.ts";
import tones from "../tone.module.css";
import { layOut } from "./graph-layout.ts";
import styles from "./mini-graph.module.css";
import { lookOf } from "./task-look.ts";

interface MiniGraphProps {
  readonly steps: readonly StepOutline[];
}

/** Units of the drawing: a step, and from one to the next. */
const NODE = 28;
const GAP = { layer: 44, lane: 36 };
const ICON = 16;

/** What a workflow does at a glance, from left to right: an icon for each step, and which stands on which. */
export function MiniGraph({ steps }: MiniGraphProps) {
  const places = layOut(steps);
  const spots = new Map(
    [...places].map(([id, { layer, lane }]) => [id, { x: layer * GAP.layer, y: lane * GAP.lane }] as const),
  );
  const width = Math.max(...[...spots.values()].map(({ x }) => x)) + NODE;
  const height = Math.max(...[...spots.values()].map(({ y }) => y)) + NODE;
  const label = steps.map(({ id, task }) => `${id} ${lookOf(task).title}`).join(", ");
  return (
    <svg
      className={styles["graph"]}
      viewBox={`-1 -1 ${width + 2} ${height + 2}`}
      style={{ aspectRatio: `${width + 2} / ${height + 2}`, width: width + 2 }}
      role="img"
      aria-label={label}
    >
      {steps.flatMap(({ id, needs }) =>
        needs.map((needed) => (
          <path
            key={`${needed}-${id}`}
            className={styles["edge"]}
            d={edgeOf(spots.get(needed), spots.get(id))}
          />
        )),
      )}
      {steps.map(({ id, task }) => {
        const { x, y } = spots.get(id) ?? { x: 0, y: 0 };
        const { icon: Icon, tone } = lookOf(task);
        return (
          <g key={id} className={classNames(tones[tone], styles["step"])} transform={`translate(${x} ${y})`}>
            <rect width={NODE} height={NODE} rx={8} />
            <Icon x={(NODE - ICON) / 2} y={(NODE - ICON) / 2} size={ICON} aria-hidden />
            <title>{`${id}: ${task}`}</title>
          </g>
        );
      })}
    </svg>
  );
}

interface Spot {
  readonly x: number;
  readonly y: number;
}

/** From the right side of one to the left side of the other. */
function edgeOf(from: Spot = { x: 0, y: 0 }, to: Spot = { x: 0, y: 0 }): string {
  const [x1, y1, x2, y2] = [from.x + NODE, from.y + NODE / 2, to.x, to.y + NODE / 2];
  const bend = (x2 - x1) / 2;
  return `M${x1} ${y1} C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`;
}
