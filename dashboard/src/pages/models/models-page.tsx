import { useQuery } from "@tanstack/react-query";
import type { ModelView } from "../../../../src/contracts/api.ts";
import { modelsQuery } from "../../api/installation.ts";
import { ErrorState } from "../../components/error-state.tsx";
import { Page } from "../../components/page.tsx";
import { Panel } from "../../components/panel.tsx";
import { SkeletonRows } from "../../components/skeleton.tsx";
import { usePageRowKeys } from "../../components/use-row-keys.ts";
import { Command } from "./command.tsx";
import { ModelRow } from "./model-row.tsx";
import styles from "./models.module.css";

/** What finds and what repaints, what of it is here, and how the rest comes. */
export function ModelsPage() {
  const { data, error, isPending, refetch } = useQuery(modelsQuery);
  usePageRowKeys();
  const models = data?.models ?? [];
  const detectors = models.filter(({ kind }) => kind === "detector");
  return (
    <Page title="Models">
      {isPending && <SkeletonRows rows={6} height="6rem" label="Loading the models" />}
      {error !== null && models.length === 0 && (
        <ErrorState error={error} title="The models could not be loaded" onRetry={() => void refetch()} />
      )}
      {models.length > 0 && (
        <>
          <Models title="Detectors" models={inOrder(detectors)} />
          <Models title="Inpainters" models={models.filter(({ kind }) => kind === "inpainter")} />
          <p className={styles["more"]}>
            A YOLOv8 or YOLO11 file of your own becomes a model on the server's machine:{" "}
            <Command text="maskloom models add file.pt" />
          </p>
        </>
      )}
    </Page>
  );
}

interface ModelsProps {
  readonly title: string;
  readonly models: readonly ModelView[];
}

function Models({ title, models }: ModelsProps) {
  const ready = models.filter(({ state }) => state === "ready").length;
  return (
    <Panel
      title={title}
      aside={<span className={styles["count"]}>{`${ready} of ${models.length} ready`}</span>}
    >
      <ul>
        {models.map((model) => (
          <ModelRow key={model.id} model={model} />
        ))}
      </ul>
    </Panel>
  );
}

/** What needs somebody first, then what can be used, then what could be. */
const ORDER: Readonly<Record<ModelView["state"], number>> = { damaged: 0, ready: 1, notPulled: 2 };

function inOrder(models: readonly ModelView[]): ModelView[] {
  return models.toSorted((a, b) => ORDER[a.state] - ORDER[b.state]);
}
