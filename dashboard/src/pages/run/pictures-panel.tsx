import { useCallback } from "react";
import type { RunDetail, TaskView } from "../../../../src/contracts/run.ts";
import { Panel } from "../../components/panel.tsx";
import { Segments } from "../../components/segments.tsx";
import { CropsView } from "./crops/crops-view.tsx";
import { cropTasksOf } from "./crops/shown-crops.ts";
import { Filmstrip } from "./steps/filmstrip.tsx";
import type { RunStep } from "./steps/run-steps.ts";
import type { Look } from "./use-run-place.ts";
import type { Pictures } from "./viewer/pictures.ts";
import type { ViewerWay } from "./viewer/view-mode.ts";
import { Viewer, type Wish } from "./viewer/viewer.tsx";

interface PicturesPanelProps {
  readonly run: RunDetail;
  /** The one that is opened; null = the whole run. */
  readonly task: TaskView | null;
  readonly steps: readonly RunStep[];
  readonly pictures: Pictures;
  readonly wish: Wish | null;
  readonly onOpen: (task: TaskView | null) => void;
  /** What is looked at in place of the whole picture, and how something else is; without it, that cannot be chosen. */
  readonly look?: Look;
  readonly onLook?: (look: Look) => void;
  /** How the whole picture is looked at, where that is in the page's address. */
  readonly way?: ViewerWay;
  readonly onWay?: (way: ViewerWay) => void;
}

const VIEWS = [
  { id: "picture", title: "Picture" },
  { id: "crops", title: "Crops" },
] as const;

/** The pictures of what is opened, large, and beneath them what else can be opened. */
export function PicturesPanel(props: PicturesPanelProps) {
  const { run, task, steps, pictures, wish, look = {}, onOpen, onLook, way, onWay } = props;
  const { input, output } = run.pictures;
  const choose = useCallback((step: RunStep | null) => onOpen(step?.task ?? null), [onOpen]);
  const cropTasks = onLook === undefined ? [] : cropTasksOf(task, run.tasks);
  const view = look.view === "crops" && cropTasks.length > 0 ? "crops" : "picture";
  return (
    <Panel
      title={task === null ? "From what went in to what came out" : `At step ${task.step}`}
      aside={
        cropTasks.length > 0 && (
          <Segments
            label="What is looked at"
            options={VIEWS}
            chosen={view}
            onChoose={(id) => onLook?.(id === "crops" ? { view: id } : {})}
          />
        )
      }
    >
      {view === "crops" ? (
        <CropsView
          tasks={cropTasks}
          chosen={look.crop ?? 1}
          onChoose={(crop) => onLook?.({ view: "crops", crop })}
        />
      ) : (
        <Viewer
          pictures={pictures}
          label={task === null ? run.file : `${run.file} at step ${task.step}`}
          emptyText={emptyText(run, task)}
          sizes={run.sizes}
          wish={wish}
          way={way}
          onWay={onWay}
        />
      )}
      {steps.length > 0 && (
        <Filmstrip {...{ steps, input, output }} chosen={task?.step ?? null} onChoose={choose} />
      )}
    </Panel>
  );
}

function emptyText({ endedAt }: RunDetail, task: TaskView | null): string {
  if (endedAt === null) return "It appears here as soon as it was read.";
  if (task !== null) return "This step was given none and made none, or what it was is no longer kept.";
  return "It could not be read, or what it was is no longer kept.";
}
