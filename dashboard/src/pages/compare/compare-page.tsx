import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { ArrowLeftRight, GitCompareArrows } from "lucide-react";
import { foundQuery } from "../../api/compare.ts";
import { Button } from "../../components/button.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { ErrorState } from "../../components/error-state.tsx";
import { Page } from "../../components/page.tsx";
import { Skeleton } from "../../components/skeleton.tsx";
import { lookOf, type StageLook, sayLook } from "../../components/viewer/stage-look.ts";
import { BatchesCompared } from "./batches/batches-compared.tsx";
import styles from "./compare-page.module.css";
import { type CompareSearch, readCompareSearch } from "./compare-search.ts";
import { RunsCompared } from "./runs-compared.tsx";
import { SidePicker } from "./sides/side-picker.tsx";

/** Two runs, or two batches, side by side. */
export function ComparePage() {
  const search = useSearch({ from: "/shell/compare" });
  const navigate = useNavigate();
  const { left, right } = search;
  const show = (next: CompareSearch) =>
    void navigate({ to: "/compare", search: next, replace: true, resetScroll: false });
  /* What else was chosen meanwhile stays. */
  const look = (next: StageLook) =>
    void navigate({
      to: "/compare",
      search: (now) => readCompareSearch({ ...now, ...sayLook(next) }),
      replace: true,
      resetScroll: false,
    });
  const turned = {
    ...search,
    ...(left === undefined ? {} : { right: left }),
    ...(right === undefined ? {} : { left: right }),
  };
  return (
    <Page
      title="Compare"
      actions={
        left !== undefined &&
        right !== undefined && (
          <Button icon={ArrowLeftRight} onClick={() => show(turned)}>
            Swap
          </Button>
        )
      }
    >
      <div className={styles["sides"]}>
        <SidePicker
          side="left"
          uuid={left}
          other={right}
          onChoose={(uuid) => show({ ...search, left: uuid })}
        />
        <SidePicker
          side="right"
          uuid={right}
          other={left}
          onChoose={(uuid) => show({ ...search, right: uuid })}
        />
      </div>
      {left !== undefined && right !== undefined ? (
        <Compared {...{ search, left, right }} onShow={show} onLook={look} />
      ) : (
        <EmptyState icon={GitCompareArrows} title="Choose two of a kind">
          <p>
            Two runs of the same picture, made with other settings, or two batches of the same files: what
            differs is shown picture by picture.
          </p>
        </EmptyState>
      )}
    </Page>
  );
}

interface ComparedProps {
  readonly search: CompareSearch;
  readonly left: string;
  readonly right: string;
  readonly onShow: (search: CompareSearch) => void;
  readonly onLook: (look: StageLook) => void;
}

/** Of which kind the two are, the server knows. */
function Compared({ search, left, right, onShow, onLook }: ComparedProps) {
  const [one, other] = [useQuery(foundQuery(left)), useQuery(foundQuery(right))];
  const error = one.error ?? other.error;
  if (error !== null) {
    return (
      <ErrorState
        error={error}
        title="These could not be looked up"
        onRetry={() => void Promise.all([one.refetch(), other.refetch()])}
      />
    );
  }
  if (one.data === undefined || other.data === undefined) {
    return (
      <div role="status">
        <span className="visually-hidden">Loading the two</span>
        <Skeleton width="100%" height="32rem" />
      </div>
    );
  }
  const kinds = `${one.data?.kind} ${other.data?.kind}`;
  if (kinds === "run run") {
    return (
      <RunsCompared
        left={left}
        right={right}
        mode={search.mode ?? "side"}
        onMode={(mode) => {
          const { mode: _old, ...rest } = search;
          onShow(mode === "side" ? rest : { ...rest, mode });
        }}
        look={lookOf(search)}
        onLook={onLook}
      />
    );
  }
  if (kinds === "batch batch" && left !== right) {
    return (
      <BatchesCompared
        left={left}
        right={right}
        sort={search.sort ?? "seam"}
        onSort={(sort) => {
          const { sort: _old, ...rest } = search;
          onShow(sort === "seam" ? rest : { ...rest, sort });
        }}
      />
    );
  }
  return (
    <EmptyState icon={GitCompareArrows} title="These two are not of a kind">
      <p>
        {left === right
          ? "The same batch is on both sides. Choose another one."
          : `Two runs or two batches can be compared; the left one is ${kindOf(one.data?.kind)}, the right one ${kindOf(other.data?.kind)}.`}
      </p>
    </EmptyState>
  );
}

function kindOf(kind: string | undefined): string {
  return kind === undefined ? "nothing that is known here" : kind === "artifact" ? "a picture" : `a ${kind}`;
}
