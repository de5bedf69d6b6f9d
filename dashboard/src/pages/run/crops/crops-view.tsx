import { useQueries } from "@tanstack/react-query";
import { Scissors } from "lucide-react";
import { useState } from "react";
import type { TaskView } from "../../../../../src/contracts/run.ts";
import { cropsQuery } from "../../../api/task-records.ts";
import { EmptyState } from "../../../components/empty-state.tsx";
import { ErrorState } from "../../../components/error-state.tsx";
import { Segments } from "../../../components/segments.tsx";
import { Skeleton } from "../../../components/skeleton.tsx";
import { Viewer } from "../viewer/viewer.tsx";
import { CropFacts } from "./crop-facts.tsx";
import { CropStrip } from "./crop-strip.tsx";
import { CropTiles } from "./crop-tiles.tsx";
import styles from "./crops-view.module.css";
import { type ShownCrop, shownCrops } from "./shown-crops.ts";

interface CropsViewProps {
  readonly tasks: readonly TaskView[];
  /** Which one is looked at, from 1. */
  readonly chosen: number;
  readonly onChoose: (number: number) => void;
}

const WAYS = [
  { id: "beside", title: "Side by side" },
  { id: "over", title: "One over the other" },
] as const;
type Way = (typeof WAYS)[number]["id"];

const TITLES = { before: "Sent", after: "Received" };

/** What an inpainter was sent of a picture, region by region, and what it made of it. */
export function CropsView({ tasks, chosen, onChoose }: CropsViewProps) {
  const answers = useQueries({ queries: tasks.map(cropsQuery) });
  const crops = shownCrops(
    tasks,
    answers.map(({ data }) => data),
  );
  const failed = answers.find(({ error }) => error !== null);
  const shown = crops[Math.min(chosen, crops.length) - 1];
  if (shown !== undefined) return <ChosenCrop {...{ crops, shown, onChoose }} />;
  if (failed !== undefined) {
    return (
      <ErrorState
        error={failed.error}
        title="The crops could not be loaded"
        onRetry={() => void failed.refetch()}
      />
    );
  }
  if (answers.some(({ isPending }) => isPending)) return <Skeleton width="100%" height="32rem" />;
  return (
    <EmptyState icon={Scissors} title="No crops are kept">
      <p>
        {tasks.some(({ endedAt }) => endedAt === null)
          ? "They appear here as soon as they are on their way to the inpainter."
          : "Nothing was sent to an inpainter, or this run is one of many in its batch: workers keep the crops of the first 20 (MASKLOOM_RECORDED_RUNS)."}
      </p>
    </EmptyState>
  );
}

interface ChosenCropProps {
  readonly crops: readonly ShownCrop[];
  readonly shown: ShownCrop;
  readonly onChoose: (number: number) => void;
}

function ChosenCrop({ crops, shown, onChoose }: ChosenCropProps) {
  const [way, setWay] = useState<Way>("beside");
  const { crop, title } = shown;
  return (
    <div className={styles["crops"]}>
      <div className={styles["bar"]}>
        <h3>{title}</h3>
        <Segments label="How the crop is shown" options={WAYS} chosen={way} onChoose={setWay} />
      </div>
      {way === "beside" ? (
        <CropTiles shown={shown} />
      ) : (
        <Viewer
          key={title}
          pictures={{ ...NOTHING_ELSE, before: crop.sent, after: crop.received, mask: crop.mask }}
          label={title}
          emptyText="The crop that was sent is no longer kept."
          sizes={crop.sent === null ? {} : { [crop.sent]: { width: crop.width, height: crop.height } }}
          titles={TITLES}
        />
      )}
      <CropFacts shown={shown} />
      {crops.length > 1 && <CropStrip {...{ crops, shown, onChoose }} />}
    </div>
  );
}

const NOTHING_ELSE = { detections: [], quality: null, measuredBy: null, regions: [] };
