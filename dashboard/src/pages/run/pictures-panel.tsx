import { useCallback } from "react";
import type { RunDetail, TaskView } from "../../../../src/contracts/run.ts";
import { Panel } from "../../components/panel.tsx";
import { Filmstrip } from "./steps/filmstrip.tsx";
import type { RunStep } from "./steps/run-steps.ts";
import type { Pictures } from "./viewer/pictures.ts";
import { Viewer, type Wish } from "./viewer/viewer.tsx";

interface PicturesPanelProps {
  readonly run: RunDetail;
  /** The one that is opened; null = the whole run. */
  readonly task: TaskView | null;
  readonly steps: readonly RunStep[];
  readonly pictures: Pictures;
  readonly wish: Wish | null;
  readonly onOpen: (task: TaskView | null) => void;
}

/** The pictures of what is opened, large, and beneath them what else can be opened. */
export function PicturesPanel({ run, task, steps, pictures, wish, onOpen }: PicturesPanelProps) {
  const { input, output } = run.pictures;
  const choose = useCallback((step: RunStep | null) => onOpen(step?.task ?? null), [onOpen]);
  return (
    <Panel title={task === null ? "From what went in to what came out" : `At step ${task.step}`}>
      <Viewer
        pictures={pictures}
        label={task === null ? run.file : `${run.file} at step ${task.step}`}
        emptyText={
          run.endedAt === null
            ? "It appears here as soon as it was read."
            : "It could not be read, or what it was is no longer kept."
        }
        wish={wish}
      />
      {steps.length > 0 && (
        <Filmstrip {...{ steps, input, output }} chosen={task?.step ?? null} onChoose={choose} />
      )}
    </Panel>
  );
}
