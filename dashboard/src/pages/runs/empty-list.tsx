import { Images, SearchX } from "lucide-react";
import { Button } from "../../components/button.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { Skeleton, SkeletonRows } from "../../components/skeleton.tsx";
import styles from "./empty-list.module.css";
import type { RunsSearch } from "./runs-search.ts";

/** As large as what is on its way. */
export function Loading({ view }: { readonly view: RunsSearch["view"] }) {
  if (view !== "wall") return <SkeletonRows rows={12} height="60px" label="Loading the runs" />;
  return (
    <div className={styles["wall"]} role="status">
      <span className="visually-hidden">Loading the runs</span>
      {Array.from({ length: 12 }, (_, card) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: nothing could tell them apart
        <div key={card} className={styles["card"]}>
          <Skeleton width="100%" height="100%" />
        </div>
      ))}
    </div>
  );
}

export function NoMatch({ onClear }: { readonly onClear: () => void }) {
  return (
    <EmptyState
      icon={SearchX}
      title="No run is like that"
      actions={<Button onClick={onClear}>Show all runs</Button>}
    >
      <p>Search for less, or take one of the filters away.</p>
    </EmptyState>
  );
}

export function NoRuns() {
  return (
    <EmptyState icon={Images} title="Nothing was run yet">
      <p>
        A run is one workflow applied to one picture. Start one, and it appears here while it is under way:{" "}
        <code>maskloom run face-detail photo.jpg --out out</code>
      </p>
    </EmptyState>
  );
}
