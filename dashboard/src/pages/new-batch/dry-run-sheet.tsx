import { ImageOff } from "lucide-react";
import { thumbnailPath } from "../../api/artifact-path.ts";
import { ErrorState } from "../../components/error-state.tsx";
import { Notice } from "../../components/notice.tsx";
import { Picture } from "../../components/picture/picture.tsx";
import { basisWords, rangeWords } from "./cost-words.ts";
import styles from "./dry-run.module.css";
import { type DryRun, type LookedAt, sumOf } from "./dry-run.ts";

const PIXELS = 512;

interface DryRunSheetProps {
  readonly dryRun: DryRun;
  /** Whether the page says something else by now. */
  readonly isStale: boolean;
}

/** What was found before anything was painted: each picture with its boxes and counts. */
export function DryRunSheet({ dryRun, isStale }: DryRunSheetProps) {
  const { lines, looked, pictures, steps, isDone, paid, error } = dryRun;
  const { found, empty, unfit } = sumOf(dryRun);
  return (
    <section aria-labelledby="dry-run" className={styles["sheet"]}>
      <h2 id="dry-run">Dry run</h2>
      {error !== null && <ErrorState error={error} title="The dry run did not come to its end" />}
      {error === null && (
        <p role="status" className={styles["summary"]}>
          {isDone
            ? `Looked at ${looked} of ${pictures}: something is found in ${found}, nothing in ${empty}${unfit > 0 ? `, and ${unfit} cannot be used` : ""}. Nothing was painted.`
            : `Looking at ${lines.length} of ${looked === 0 ? "…" : looked}`}
          {isDone && steps.length === 0 && " No step of this workflow looks at the picture itself."}
        </p>
      )}
      {paid !== null && (
        <p className={styles["summary"]}>
          {pictures === 1 ? "It" : `All ${pictures}`} will probably cost <strong>{rangeWords(paid)}</strong>.{" "}
          {basisWords(paid)}
        </p>
      )}
      {isStale && (
        <Notice tone="warn">
          Something was changed since: a dry run of how it is now may find something else.
        </Notice>
      )}
      <ul className={styles["pictures"]}>
        {lines.map((line) => (
          <li key={line.file} data-look={line.type}>
            <Look line={line} />
          </li>
        ))}
        {!isDone &&
          Array.from({ length: Math.max(0, looked - lines.length) }, (_, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: places without anything that could tell them apart
            <li key={`to come ${at}`} aria-hidden>
              <span className={styles["place"]} />
            </li>
          ))}
      </ul>
    </section>
  );
}

function Look({ line }: { readonly line: LookedAt }) {
  if (line.type === "unfit") {
    return (
      <>
        <span className={styles["place"]}>
          <ImageOff size={24} strokeWidth={1.5} aria-hidden />
        </span>
        <p className={styles["file"]} title={line.file}>
          {line.file}
        </p>
        <p className={styles["bad"]} title={line.error.message}>
          {line.error.code}
        </p>
      </>
    );
  }
  const { file, image, width, height, finds } = line;
  const boxes = finds.flatMap(({ step, detections }) =>
    detections.map(({ box, label, score }, at) => ({ key: `${step} ${at}`, box, label, score })),
  );
  return (
    <>
      <span className={styles["place"]}>
        <span
          className={styles["picture"]}
          style={{ aspectRatio: `${width} / ${height}`, width: `${Math.min(1, width / height) * 100}%` }}
        >
          <Picture artifact={image} src={thumbnailPath(image, PIXELS)} alt="" fit="fill" isLazy />
          <svg viewBox={`0 0 ${width} ${height}`} aria-hidden>
            {boxes.map(({ key, box: [x0, y0, x1, y1] }) => (
              <rect key={key} x={x0} y={y0} width={x1 - x0} height={y1 - y0} />
            ))}
          </svg>
        </span>
      </span>
      <p className={styles["file"]} title={file}>
        {file}
      </p>
      <p className={styles["counts"]}>
        {finds.map(({ step, detections }) => `${step} ${detections.length}`).join(", ") || "not looked at"}
      </p>
    </>
  );
}
