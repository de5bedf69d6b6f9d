import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { batchQuery } from "../../../api/batches.ts";
import { foundQuery } from "../../../api/compare.ts";
import { runQuery } from "../../../api/runs.ts";
import { Button } from "../../../components/button.tsx";
import { RelativeTime } from "../../../components/relative-time.tsx";
import { shortId } from "../../../components/short-id.ts";
import { Thumbnail } from "../../../components/thumbnail.tsx";
import { folderName } from "../../runs/split-path.ts";
import { ChooseDialog } from "./choose-dialog.tsx";
import styles from "./sides.module.css";

interface SidePickerProps {
  readonly side: "left" | "right";
  readonly uuid: string | undefined;
  /** What is on the other side: its likes are offered first. */
  readonly other: string | undefined;
  readonly onChoose: (uuid: string) => void;
}

/** What one side shows, and how it becomes another one. */
export function SidePicker({ side, uuid, other, onChoose }: SidePickerProps) {
  const [isOpen, setOpen] = useState(false);
  const title = side === "left" ? "Left" : "Right";
  return (
    <section className={styles["side"]} aria-label={title}>
      {uuid === undefined ? (
        <span className={styles["none"]}>{title}: nothing chosen</span>
      ) : (
        <Chosen uuid={uuid} />
      )}
      <Button look={uuid === undefined ? "primary" : "plain"} onClick={() => setOpen(true)}>
        {uuid === undefined ? "Choose" : "Change"}
      </Button>
      {isOpen && (
        <ChooseDialog
          title={`${title} side`}
          other={other}
          onClose={() => setOpen(false)}
          onChoose={(chosen) => {
            setOpen(false);
            onChoose(chosen);
          }}
        />
      )}
    </section>
  );
}

function Chosen({ uuid }: { readonly uuid: string }) {
  const { data: found } = useQuery(foundQuery(uuid));
  const { data: run } = useQuery({ ...runQuery(uuid), enabled: found?.kind === "run" });
  const { data: batch } = useQuery({ ...batchQuery(uuid), enabled: found?.kind === "batch" });
  const one = run ?? batch;
  return (
    <>
      {batch === undefined && (
        <Thumbnail artifact={run?.pictures.output ?? run?.pictures.input ?? null} alt="" />
      )}
      <div className={styles["words"]}>
        {run !== undefined && (
          <Link to="/runs/$uuid" params={{ uuid }} title={run.file}>
            {run.file}
          </Link>
        )}
        {batch !== undefined && (
          <Link to="/batches/$uuid" params={{ uuid }}>
            {batch.feed?.folder ? `Batch ${folderName(batch.feed.folder)}` : "Batch"}
          </Link>
        )}
        {one === undefined && <code>{uuid}</code>}
        {one !== undefined && (
          <span className={styles["note"]}>
            {one.workflow} · <RelativeTime at={one.createdAt} /> · {shortId(uuid)}
          </span>
        )}
      </div>
    </>
  );
}
