import { useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { useState } from "react";
import type { ModelView } from "../../../../src/contracts/api.ts";
import { type DetectFields, detectQuery } from "../../api/detect.ts";
import { ErrorState } from "../../components/error-state.tsx";
import { IconButton } from "../../components/icon-button.tsx";
import { Select } from "../../components/select.tsx";
import { FindsList } from "./finds-list.tsx";
import type { Layers } from "./layers.ts";
import styles from "./model-panel.module.css";
import { sayTimes } from "./say-times.ts";
import { Stage } from "./stage.tsx";
import { pictureUrl } from "./use-upload.ts";

/** What panels beside each other share: how near one looks, and where. */
interface SharedView {
  readonly layers: Layers;
  readonly zoom: number;
  readonly onZoom: (factor: number) => void;
  readonly onScroll: (viewport: HTMLElement) => void;
  readonly viewports: Set<HTMLElement>;
}

interface ModelPanelProps {
  readonly image: string;
  readonly fields: DetectFields;
  readonly models: readonly ModelView[];
  readonly margin: number;
  readonly view: SharedView;
  readonly onModel: (model: string) => void;
  /** Where there is another one to go on with. */
  readonly onClose?: () => void;
}

/** One model's finds on the picture. */
export function ModelPanel({ image, fields, models, margin, view, onModel, onClose }: ModelPanelProps) {
  const { data, error, isPlaceholderData, isFetching, refetch } = useQuery({
    ...detectQuery(image, fields),
    // The last finds stay in sight until the next ones have come, but not over another picture.
    placeholderData: (before) => (before?.image === image ? before : undefined),
  });
  const [chosen, setChosen] = useState<number | null>(null);
  const names = new Set([...models.map(({ id }) => id), fields.model]);
  return (
    <section className={styles["panel"]} aria-label={`Found by ${fields.model}`} data-model={fields.model}>
      <header className={styles["header"]}>
        <Select
          aria-label="Model"
          value={fields.model}
          options={[...names].map((id) => ({ value: id, label: id }))}
          onChoose={onModel}
        />
        <p className={styles["facts"]} role="status" data-busy={isFetching}>
          {data === undefined ? error === null ? "Looking …" : "" : <Facts {...{ data, isFetching }} />}
        </p>
        {onClose !== undefined && <IconButton icon={X} label="End the comparison" onClick={onClose} />}
      </header>
      {error === null ? (
        <Stage
          {...view}
          url={pictureUrl(image)}
          label={`The picture with what ${fields.model} finds`}
          answer={data}
          isOld={isPlaceholderData}
          margin={margin}
          chosen={chosen}
        />
      ) : (
        <ErrorState
          error={error}
          title={`${fields.model} could not look at the picture`}
          onRetry={() => void refetch()}
        />
      )}
      {data !== undefined && error === null && <FindsList answer={data} onPoint={setChosen} />}
    </section>
  );
}

interface FactsProps {
  readonly data: { readonly detections: readonly unknown[]; readonly ms: Readonly<Record<string, number>> };
  readonly isFetching: boolean;
}

function Facts({ data: { detections, ms }, isFetching }: FactsProps) {
  return (
    <>
      <strong data-count={detections.length}>{detections.length} found</strong>
      <span>{isFetching ? "looking …" : sayTimes(ms)}</span>
    </>
  );
}
