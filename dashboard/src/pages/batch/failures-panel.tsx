import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { ChevronRight } from "lucide-react";
import type { BatchView } from "../../../../src/contracts/api.ts";
import { batchFailuresQuery } from "../../api/batches.ts";
import { classNames } from "../../components/class-names.ts";
import { ErrorState } from "../../components/error-state.tsx";
import { Advice } from "../../components/failure-advice/advice.tsx";
import { Panel } from "../../components/panel.tsx";
import { SkeletonRows } from "../../components/skeleton.tsx";
import { withoutFile } from "../../components/without-file.ts";
import styles from "./batch-page.module.css";
import type { BatchSearch } from "./batch-search.ts";

interface FailuresPanelProps {
  readonly batch: BatchView;
  readonly search: BatchSearch;
}

/** Why pictures failed: a line for each reason, with what to do about it and the files. */
export function FailuresPanel({ batch, search }: FailuresPanelProps) {
  const navigate = useNavigate();
  const { failures, batchUUID } = batch;
  const { reason: open, ...rest } = search;
  const toggle = (code: string) =>
    void navigate({
      to: "/batches/$uuid",
      params: { uuid: batchUUID },
      search: code === open ? rest : { ...rest, reason: code },
      replace: true,
      resetScroll: false,
    });
  return (
    <Panel title="What failed, by reason">
      <ul className={styles["ledger"]}>
        {failures.map(({ code, runs, partial, example }) => (
          <li key={code} data-reason={code}>
            <button
              type="button"
              className={styles["reason"]}
              aria-expanded={code === open}
              onClick={() => toggle(code)}
            >
              <ChevronRight
                size={16}
                aria-hidden
                className={classNames(styles["chevron"], code === open && styles["turned"])}
              />
              <b className={styles["times"]}>{runs}</b>
              <span>
                <code>{code}</code>
                <span className={styles["example"]}>{example}</span>
              </span>
            </button>
            <p className={styles["advice"]}>
              <Advice code={code} />
            </p>
            {partial > 0 && (
              <p className={styles["advice"]}>
                <Link
                  to="/batches/$uuid"
                  params={{ uuid: batchUUID }}
                  search={{ ...search, status: "partial" }}
                  replace
                  resetScroll={false}
                >
                  {partial === 1 ? "1 picture" : `${partial} pictures`}
                </Link>{" "}
                went on without what failed.
              </p>
            )}
            {code === open && runs > partial && (
              <FailedFiles batchUUID={batchUUID} code={code} runs={runs - partial} />
            )}
          </li>
        ))}
      </ul>
    </Panel>
  );
}

interface FailedFilesProps {
  readonly batchUUID: string;
  readonly code: string;
  readonly runs: number;
}

function FailedFiles({ batchUUID, code, runs }: FailedFilesProps) {
  const { data, error, refetch } = useQuery(batchFailuresQuery(batchUUID, code));
  if (data === undefined) {
    if (error === null) {
      return <SkeletonRows rows={Math.min(3, runs)} height="2.5rem" label="Loading the files" />;
    }
    return <ErrorState error={error} title="The files could not be loaded" onRetry={() => void refetch()} />;
  }
  return (
    <>
      <ul className={styles["files"]}>
        {data.runs.map((run) => (
          <li key={run.runUUID}>
            <Link to="/runs/$uuid" params={{ uuid: run.runUUID }}>
              {run.file}
            </Link>
            <span>{withoutFile(run.error?.message ?? "", run.file)}</span>
          </li>
        ))}
      </ul>
      {runs > data.runs.length && (
        <p className={styles["advice"]}>
          <Link to="/runs" search={{ batch: batchUUID, error: code }}>
            All {runs} of them
          </Link>
        </p>
      )}
    </>
  );
}
