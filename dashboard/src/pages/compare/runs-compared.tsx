import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { runQuery } from "../../api/runs.ts";
import { ErrorState } from "../../components/error-state.tsx";
import { Panel } from "../../components/panel.tsx";
import { Skeleton } from "../../components/skeleton.tsx";
import type { StageLook } from "../../components/viewer/stage-look.ts";
import styles from "./compare-page.module.css";
import type { CompareMode } from "./compare-search.ts";
import { numbersOf } from "./numbers.ts";
import { ComparePictures } from "./pictures/compare-pictures.tsx";
import { nameOf, settingsThatDiffer } from "./settings-differences.ts";
import { type ComparedRow, TwoColumns } from "./two-columns.tsx";

interface RunsComparedProps {
  readonly left: string;
  readonly right: string;
  readonly mode: CompareMode;
  readonly onMode: (mode: CompareMode) => void;
  /** Where one looks to begin with. */
  readonly look: StageLook;
  readonly onLook: (look: StageLook) => void;
}

/** What came out of two runs, their numbers, and which settings made the difference. */
export function RunsCompared({ left, right, ...seen }: RunsComparedProps) {
  const [one, other] = [useQuery(runQuery(left)), useQuery(runQuery(right))];
  const [a, b] = [one.data, other.data];
  const settings = useMemo(
    () =>
      a === undefined || b === undefined
        ? []
        : settingsThatDiffer(a, b).map(
            ({ step, name, ...values }): ComparedRow => ({
              name: nameOf(step, name),
              ...values,
            }),
          ),
    [a, b],
  );
  const error = one.error ?? other.error;
  if (a === undefined || b === undefined) {
    if (error === null) return <Skeleton width="100%" height="32rem" />;
    return (
      <ErrorState
        error={error}
        title="One of the runs could not be loaded"
        onRetry={() => void Promise.all([one.refetch(), other.refetch()])}
      />
    );
  }
  const pictureOf = ({ output, input }: typeof a.pictures) => output ?? input;
  return (
    <div className={styles["compared"]}>
      <ComparePictures
        key={`${left} ${right}`}
        left={pictureOf(a.pictures)}
        right={pictureOf(b.pictures)}
        sizes={a.sizes}
        {...seen}
      />
      <div className={styles["columns"]}>
        <Panel title="What came of it">
          <TwoColumns rows={numbersOf(a, b)} emptyText="" />
        </Panel>
        <Panel title="Settings that differ">
          <TwoColumns rows={settings} emptyText="Both were made with the same settings." />
        </Panel>
      </div>
    </div>
  );
}
