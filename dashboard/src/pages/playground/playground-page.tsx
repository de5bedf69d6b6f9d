import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Columns2, ImageDown } from "lucide-react";
import { useCallback, useMemo, useRef } from "react";
import type { ModelView } from "../../../../src/contracts/api.ts";
import { modelsQuery } from "../../api/installation.ts";
import { Button } from "../../components/button.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { ErrorState } from "../../components/error-state.tsx";
import { Page } from "../../components/page.tsx";
import { Picture } from "../../components/picture/picture.tsx";
import { PicturePicker } from "../../components/picture-picker/picture-picker.tsx";
import { usePastedPictures } from "../../components/picture-picker/use-pasted-pictures.ts";
import { SkeletonRows } from "../../components/skeleton.tsx";
import styles from "./playground-page.module.css";
import { type PlaygroundSearch, toDetectFields } from "./playground-search.ts";
import { Trial } from "./trial.tsx";
import { useDraft } from "./use-draft.ts";
import { useUpload } from "./use-upload.ts";

/** A model tried out on a picture, without a run. */
export function PlaygroundPage() {
  const { data, error, refetch } = useQuery(modelsQuery);
  const ready = useMemo(
    () => data?.models.filter(({ kind, state }) => kind === "detector" && state === "ready"),
    [data],
  );
  if (ready !== undefined && ready.length > 0) return <Playground models={ready} />;
  return (
    <Page title="Playground">
      {error !== null && (
        <ErrorState error={error} title="The models could not be loaded" onRetry={() => void refetch()} />
      )}
      {error === null && ready === undefined && (
        <SkeletonRows rows={3} height="4rem" label="Loading the models" />
      )}
      {ready?.length === 0 && (
        <EmptyState icon={ImageDown} title="No detector is ready">
          <p>The page “Models” says what each of them lacks.</p>
        </EmptyState>
      )}
    </Page>
  );
}

function Playground({ models }: { readonly models: readonly ModelView[] }) {
  const address = useSearch({ from: "/shell/playground" });
  const navigate = useNavigate();
  const keep = useCallback(
    (next: PlaygroundSearch) =>
      void navigate({ to: "/playground", search: next, replace: true, resetScroll: false }),
    [navigate],
  );
  const [search, setSearch] = useDraft<PlaygroundSearch>(address, keep);
  const model = search.model ?? models[0]?.id ?? "";
  // Settings may have changed by the time that a picture has arrived.
  const latest = useRef(search);
  latest.current = search;
  const { upload, start } = useUpload((image) => setSearch({ ...latest.current, image }));
  const pick = (file: File) => {
    const shapes = models.find(({ id }) => id === model)?.shapes ?? [];
    void start(file, toDetectFields(search, model, shapes));
  };
  const isOver = usePastedPictures(pick);
  const { beside, image } = search;
  const other = models.find(({ id }) => id !== model);
  const canCompare = image !== undefined && beside === undefined && other !== undefined;
  return (
    <Page
      title="Playground"
      actions={
        image !== undefined && (
          <>
            <PicturePicker isCompact onPick={pick} />
            <Button
              icon={Columns2}
              disabled={!canCompare}
              onClick={() => other !== undefined && setSearch({ ...search, beside: other.id })}
            >
              Compare
            </Button>
          </>
        )
      }
    >
      {upload !== null && (
        <div className={styles["upload"]} role="status">
          <span className={styles["sent"]}>
            <Picture artifact={null} src={upload.url} alt="" fit="cover" />
          </span>
          {upload.error === null ? (
            <p>Sending {upload.name} …</p>
          ) : (
            <ErrorState error={upload.error} title={`${upload.name} could not be looked at`} />
          )}
        </div>
      )}
      {image === undefined ? (
        upload?.error === null || <PicturePicker isCompact={false} onPick={pick} />
      ) : (
        <Trial {...{ models, image, model, search }} onChange={setSearch} kept={address} />
      )}
      {isOver && <div className={styles["over"]}>Drop the picture here</div>}
    </Page>
  );
}
