import { useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { useState } from "react";
import type { ModelView } from "../../../../src/contracts/api.ts";
import type { DetectAnswer } from "../../../../src/contracts/detect.ts";
import { type DetectFields, detectQuery } from "../../api/detect.ts";
import { ErrorState } from "../../components/error-state.tsx";
import { formatMoney } from "../../components/format-money.ts";
import { IconButton } from "../../components/icon-button.tsx";
import { Select } from "../../components/select.tsx";
import { FindsList } from "./finds-list.tsx";
import type { Layers } from "./layers.ts";
import styles from "./model-panel.module.css";
import { AskButton, type Place, PlaceChoice } from "./place.tsx";
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
  /** Where there is somewhere else to look. */
  readonly places?: readonly Place[];
  readonly onProvider?: (provider: string | undefined) => void;
  /** Where there is another one to go on with. */
  readonly onClose?: () => void;
}

/** One model's finds on the picture. */
export function ModelPanel(props: ModelPanelProps) {
  const { image, fields, models, margin, view, onModel, onClose, places = [], onProvider } = props;
  const { provider } = fields;
  const look = [image, provider, fields.model, fields.confidence, fields.tiling].join(" ");
  const [asked, setAsked] = useState<string | null>(null);
  const { data, error, isPlaceholderData, isFetching, refetch } = useQuery({
    ...detectQuery(image, fields),
    enabled: provider === undefined || asked === look,
    ...(provider === undefined ? {} : { retry: false }),
    // The last finds stay in sight until the next ones have come, but not over another picture.
    placeholderData: (before) => (before?.image === image ? before : undefined),
  });
  const [chosen, setChosen] = useState<number | null>(null);
  const isOpen = provider !== undefined && asked !== look && (data === undefined || isPlaceholderData);
  const place = places.find(({ id }) => id === provider) ?? { id: provider ?? "", paid: true };
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
        {onProvider !== undefined && (places.length > 0 || provider !== undefined) && (
          <PlaceChoice places={places} chosen={provider} onChoose={onProvider} />
        )}
        <p className={styles["facts"]} role="status" data-busy={isFetching}>
          {isOpen ? (
            "Not asked yet"
          ) : data === undefined ? (
            error === null ? (
              "Looking …"
            ) : (
              ""
            )
          ) : (
            <Facts {...{ data, isFetching }} />
          )}
        </p>
        {onClose !== undefined && <IconButton icon={X} label="End the comparison" onClick={onClose} />}
      </header>
      {isOpen && <AskButton place={place} onAsk={() => setAsked(look)} />}
      {error === null ? (
        <Stage
          {...view}
          image={image}
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
      {data !== undefined && error === null && !isOpen && <FindsList answer={data} onPoint={setChosen} />}
    </section>
  );
}

interface FactsProps {
  readonly data: Pick<DetectAnswer, "detections" | "ms" | "cost">;
  readonly isFetching: boolean;
}

function Facts({ data: { detections, ms, cost }, isFetching }: FactsProps) {
  return (
    <>
      <strong data-count={detections.length}>{detections.length} found</strong>
      <span>{isFetching ? "looking …" : sayTimes(ms)}</span>
      {cost !== null && <span>{formatMoney(cost)}</span>}
    </>
  );
}
