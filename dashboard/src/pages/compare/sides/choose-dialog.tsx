import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { BatchSummary } from "../../../../../src/contracts/api.ts";
import type { RunView } from "../../../../../src/contracts/run.ts";
import { batchListQuery } from "../../../api/batches.ts";
import { alikeRunsQuery, foundQuery } from "../../../api/compare.ts";
import { readUuid } from "../../../api/find-uuid.ts";
import { runListQuery } from "../../../api/runs.ts";
import { Button } from "../../../components/button.tsx";
import { Dialog } from "../../../components/dialog.tsx";
import { Field } from "../../../components/field.tsx";
import { RelativeTime } from "../../../components/relative-time.tsx";
import { shortId } from "../../../components/short-id.ts";
import { TextInput } from "../../../components/text-input.tsx";
import { Thumbnail } from "../../../components/thumbnail.tsx";
import { folderName } from "../../runs/split-path.ts";
import styles from "./sides.module.css";

interface ChooseDialogProps {
  readonly title: string;
  readonly other: string | undefined;
  readonly onClose: () => void;
  readonly onChoose: (uuid: string) => void;
}

/** What goes with the other side: runs of the same picture, or batches; anything else by its UUID. */
export function ChooseDialog({ title, other, onClose, onChoose }: ChooseDialogProps) {
  const { data: found, isLoading } = useQuery({ ...foundQuery(other ?? ""), enabled: other !== undefined });
  /* What goes with the other side is known once it is known what that is. */
  const offersBatches = !isLoading && found?.kind !== "run";
  const offersRuns = offersBatches && found?.kind !== "batch";
  return (
    <Dialog isOpen onClose={onClose} title={title}>
      <ByUuid onChoose={onChoose} />
      {found?.kind === "run" && other !== undefined && <AlikeRuns runUUID={other} onChoose={onChoose} />}
      {offersRuns && <NewestRuns onChoose={onChoose} />}
      {offersBatches && <Batches without={other} onChoose={onChoose} />}
    </Dialog>
  );
}

interface OfferProps {
  readonly onChoose: (uuid: string) => void;
}

function ByUuid({ onChoose }: OfferProps) {
  const [text, setText] = useState("");
  const uuid = readUuid(text);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (uuid !== null) onChoose(uuid);
  };
  return (
    <form className={styles["by"]} onSubmit={submit}>
      <Field
        label="UUID of a run or a batch"
        error={text === "" || uuid !== null ? undefined : "Expected a UUID."}
      >
        {(attributes) => (
          <TextInput
            {...attributes}
            value={text}
            spellCheck={false}
            onChange={(event) => setText(event.target.value)}
          />
        )}
      </Field>
      <Button type="submit" disabled={uuid === null}>
        Take it
      </Button>
    </form>
  );
}

function AlikeRuns({ runUUID, onChoose }: OfferProps & { readonly runUUID: string }) {
  const { data } = useQuery(alikeRunsQuery(runUUID));
  return (
    <Runs
      title="Other runs of this picture"
      runs={data?.runs}
      emptyText="There is none yet: rerun it with changes, and compare what comes out."
      onChoose={onChoose}
    />
  );
}

const MOST_RUNS = 20;

function NewestRuns({ onChoose }: OfferProps) {
  const { data } = useInfiniteQuery(runListQuery());
  const runs = data?.pages.flatMap((page) => page.runs).slice(0, MOST_RUNS);
  return <Runs title="Newest runs" runs={runs} emptyText="Nothing was run yet." onChoose={onChoose} />;
}

interface RunsProps extends OfferProps {
  readonly title: string;
  /** Undefined while they are loaded. */
  readonly runs: readonly RunView[] | undefined;
  readonly emptyText: string;
}

function Runs({ title, runs, emptyText, onChoose }: RunsProps) {
  return (
    <section className={styles["offer"]}>
      <h3>{title}</h3>
      {runs?.length === 0 && <p className={styles["note"]}>{emptyText}</p>}
      <ul>
        {runs?.map(({ runUUID, file, workflow, createdAt, pictures }) => (
          <li key={runUUID}>
            <button type="button" className={styles["row"]} onClick={() => onChoose(runUUID)}>
              <Thumbnail artifact={pictures.output ?? pictures.input} alt="" />
              <span className={styles["words"]}>
                <span>{file}</span>
                <span className={styles["note"]}>
                  {workflow} · <RelativeTime at={createdAt} />
                </span>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Batches({ without, onChoose }: OfferProps & { readonly without: string | undefined }) {
  const { data } = useQuery(batchListQuery());
  const batches = data?.batches.filter(({ batchUUID }) => batchUUID !== without);
  if (batches === undefined || batches.length === 0) return null;
  return (
    <section className={styles["offer"]}>
      <h3>Batches</h3>
      <ul>
        {batches.map((batch) => (
          <li key={batch.batchUUID}>
            <button type="button" className={styles["row"]} onClick={() => onChoose(batch.batchUUID)}>
              <Thumbnail artifact={batch.pictures[0]?.picture ?? null} alt="" />
              <span className={styles["words"]}>
                <span>{batch.workflow}</span>
                <span className={styles["note"]}>
                  {countOf(batch)} runs · <RelativeTime at={batch.createdAt} /> ·{" "}
                  {batch.folder !== null && `${folderName(batch.folder)} · `}
                  {shortId(batch.batchUUID)}
                </span>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function countOf({ runs }: BatchSummary): string {
  return Object.values(runs)
    .reduce((sum, count) => sum + count, 0)
    .toLocaleString("en");
}
