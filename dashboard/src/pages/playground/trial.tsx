import { useQuery } from "@tanstack/react-query";
import { useCallback, useMemo, useRef, useState } from "react";
import type { ModelView } from "../../../../src/contracts/api.ts";
import { providersQuery } from "../../api/providers.ts";
import { useShortcuts } from "../../shell/shortcuts.ts";
import { CopyPanel } from "./copy-panel.tsx";
import { FIRST_LAYERS } from "./layers.ts";
import { ModelPanel } from "./model-panel.tsx";
import { PlaygroundControls } from "./playground-controls.tsx";
import styles from "./playground-page.module.css";
import { DEFAULTS, type PlaygroundSearch, toDetectFields, toFieldsElsewhere } from "./playground-search.ts";
import { StageToolbar, ZOOM_STEP } from "./stage-toolbar.tsx";

interface TrialProps {
  readonly image: string;
  readonly models: readonly ModelView[];
  /** As shown by the controls, and as it has been still for a moment. */
  readonly search: PlaygroundSearch;
  readonly kept: PlaygroundSearch;
  readonly onChange: (search: PlaygroundSearch) => void;
}

const MOST_ZOOM = 16;

/** A picture, one model or two, and everything that can be set. */
export function Trial({ image, models, search, kept, onChange }: TrialProps) {
  const [layers, setLayers] = useState(FIRST_LAYERS);
  const { zoom, setZoom, view } = useSharedView();
  useShortcuts([
    { key: "+", run: () => view.onZoom(ZOOM_STEP) },
    { key: "-", run: () => view.onZoom(1 / ZOOM_STEP) },
    { key: "0", run: () => setZoom(1) },
  ]);
  const first = search.model ?? models[0]?.id ?? "";
  const shapesOf = (id: string) => models.find((model) => model.id === id)?.shapes ?? [];
  const margin = search.margin ?? DEFAULTS.margin;
  const shown = search.beside === undefined ? [first] : [first, search.beside];
  const choose = (position: number, model: string) =>
    onChange(position === 0 ? { ...search, model } : { ...search, beside: model });
  const close = (position: number) => {
    const { beside, model, provider, ...rest } = search;
    const left = position === 0 ? beside : model;
    /* The one beside it looks on this machine. */
    const stays = position === 0 || provider === undefined ? {} : { provider };
    onChange({ ...rest, ...stays, ...(left === undefined ? {} : { model: left }) });
  };
  const { data: configured } = useQuery(providersQuery);
  const places = configured?.providers.filter(({ tasks }) => tasks.includes("imageMasking")) ?? [];
  const fieldsOf = (position: number, model: string) =>
    position === 0 && kept.provider !== undefined
      ? toFieldsElsewhere(kept, model, kept.provider)
      : toDetectFields(kept, model, shapesOf(model));
  const fields = fieldsOf(0, first);
  const choosePlace = (provider: string | undefined) => {
    const { provider: _, ...rest } = search;
    onChange({ ...rest, ...(provider === undefined ? {} : { provider }) });
  };
  const detects = models.find(({ id }) => id === first)?.detects ?? "";
  return (
    <div className={styles["columns"]}>
      <div className={styles["main"]} data-count={shown.length}>
        <StageToolbar
          {...{ layers, zoom }}
          onLayers={setLayers}
          onZoom={view.onZoom}
          onFit={() => setZoom(1)}
        />
        <div className={styles["stages"]} data-count={shown.length}>
          {shown.map((model, position) => (
            <ModelPanel
              // biome-ignore lint/suspicious/noArrayIndexKey: the same model may be at both places
              key={position}
              {...{ image, models, margin }}
              fields={fieldsOf(position, model)}
              {...(position === 0 ? { places, onProvider: choosePlace } : {})}
              view={{ ...view, layers }}
              onModel={(id) => choose(position, id)}
              {...(shown.length > 1 ? { onClose: () => close(position) } : {})}
            />
          ))}
        </div>
      </div>
      <div className={styles["side"]}>
        <PlaygroundControls
          search={search}
          onChange={onChange}
          models={models.filter(({ id }) => shown.includes(id))}
        />
        <CopyPanel {...{ image, fields, detects }} margin={layers.crops ? margin : null} />
      </div>
    </div>
  );
}

/** One zoom for all that are beside each other; where one is scrolled to, the others go as well. */
function useSharedView() {
  const [zoom, setZoom] = useState(1);
  const viewports = useRef(new Set<HTMLElement>());
  const onZoom = useCallback(
    (factor: number) => setZoom((before) => Math.min(MOST_ZOOM, Math.max(1, before * factor))),
    [],
  );
  const onScroll = useCallback(({ scrollLeft, scrollTop }: HTMLElement) => {
    for (const viewport of viewports.current) viewport.scrollTo(scrollLeft, scrollTop);
  }, []);
  const view = useMemo(
    () => ({ zoom, onZoom, onScroll, viewports: viewports.current }),
    [zoom, onZoom, onScroll],
  );
  return { zoom, setZoom, view };
}
