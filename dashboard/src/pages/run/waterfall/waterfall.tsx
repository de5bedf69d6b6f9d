import { useMemo, useSyncExternalStore } from "react";
import type { RunDetail, TaskView } from "../../../../../src/contracts/run.ts";
import { classNames } from "../../../components/class-names.ts";
import { serverNow, subscribeToClock } from "../../../components/clock.ts";
import { formatDuration } from "../../../components/format-time.ts";
import { STATUS_LOOKS } from "../../../components/status-look.ts";
import type { RunStep } from "../steps/run-steps.ts";
import { formatTick, PARTS, type Span, spansOf, ticksOf } from "./spans.ts";
import styles from "./waterfall.module.css";

interface WaterfallProps {
  readonly run: RunDetail;
  readonly steps: readonly RunStep[];
  /** UUID of the task that is opened. */
  readonly chosen: string | null;
  readonly onChoose: (task: TaskView) => void;
  /** Id of the step that is pointed at, here or in the graph. */
  readonly pointed: string | null;
  readonly onPoint: (id: string | null) => void;
}

const MOST_TICKS = 4;
const TICK_MS = 1_000;

interface Row {
  readonly task: TaskView;
  readonly title: string;
  readonly isElement: boolean;
  readonly spans: readonly Span[];
}

/** When each step waited and worked, and on what; one row a task, in the order of the graph. */
export function Waterfall({ run, steps, chosen, onChoose, pointed, onPoint }: WaterfallProps) {
  const now = useNow(run.endedAt === null);
  const origin = Date.parse(run.createdAt);
  const end = run.endedAt === null ? now : Date.parse(run.endedAt);
  const rows = useMemo(() => rowsOf(steps, origin, end), [steps, origin, end]);
  const total = Math.max(1, end - origin, ...rows.flatMap(({ spans }) => spans.map(({ to }) => to)));
  const seen = PARTS.filter((part) => rows.some(({ spans }) => spans.some((span) => span.part === part)));
  const ticks = ticksOf(total, MOST_TICKS);
  const share = (ms: number) => `${(ms / total) * 100}%`;
  return (
    <div className={styles["waterfall"]}>
      <div className={styles["axis"]} aria-hidden>
        {ticks.map((ms) => (
          <span key={ms} className={styles["tick"]} style={{ left: share(ms) }}>
            {formatTick(ms)}
          </span>
        ))}
      </div>
      <ol className={styles["rows"]} aria-label="When each step waited and worked">
        {rows.map(({ task, title, isElement, spans }) => (
          <li key={task.taskUUID}>
            <button
              type="button"
              className={classNames(
                styles["row"],
                pointed === task.step && styles["pointed"],
                chosen === task.taskUUID && styles["chosen"],
              )}
              aria-pressed={chosen === task.taskUUID}
              onClick={() => onChoose(task)}
              onPointerEnter={() => onPoint(task.step)}
              onPointerLeave={() => onPoint(null)}
            >
              <span className={classNames(styles["name"], isElement && styles["element"])}>{title}</span>
              <span className={styles["track"]}>
                {spans.map((span) => (
                  <span
                    key={`${span.part} ${span.from}`}
                    className={styles["span"]}
                    data-part={span.part}
                    title={titleOf(span)}
                    style={{ left: share(span.from), width: share(span.to - span.from) }}
                  />
                ))}
                {spans.length === 0 && <span className={styles["none"]}>{task.status}</span>}
              </span>
              <span className={styles["sum"]}>{formatSum(spans)}</span>
            </button>
          </li>
        ))}
      </ol>
      <ul className={styles["legend"]} aria-label="Colours">
        {seen.map((part) => (
          <li key={part}>
            <span className={styles["swatch"]} data-part={part} aria-hidden />
            {part}
          </li>
        ))}
      </ul>
    </div>
  );
}

function rowsOf(steps: readonly RunStep[], origin: number, now: number): readonly Row[] {
  return steps.flatMap(({ id, task, elements }) => {
    const rest = elements.filter((element) => element !== task);
    return [
      { task, title: id, isElement: false, spans: spansOf(task, origin, now) },
      ...rest.map((element) => ({
        task: element,
        title: `${id} ${element.element}`,
        isElement: true,
        spans: spansOf(element, origin, now),
      })),
    ];
  });
}

function titleOf({ part, from, to }: Span): string {
  const took = `${part}: ${formatDuration(to - from)}`;
  return part === "held" || part === "uncertain" ? `${took}. ${STATUS_LOOKS[part].meaning}` : took;
}

/** Of work alone: who waits for others has not taken that time. */
function formatSum(spans: readonly Span[]): string {
  const work = spans.filter(({ attempt }) => attempt !== null);
  return work.length === 0 ? "" : formatDuration(work.reduce((sum, { from, to }) => sum + to - from, 0));
}

/** The time as long as it matters, once a second. */
function useNow(goesOn: boolean): number {
  const read = () => Math.floor(serverNow() / TICK_MS) * TICK_MS;
  return useSyncExternalStore(goesOn ? subscribeToClock : neverChanges, read);
}

const neverChanges = () => () => undefined;
