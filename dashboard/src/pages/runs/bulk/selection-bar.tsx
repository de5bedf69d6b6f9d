import { Link, useNavigate } from "@tanstack/react-router";
import { Download, GitCompareArrows, X } from "lucide-react";
import { useState } from "react";
import type { RunView } from "../../../../../src/contracts/run.ts";
import type { WhichRuns } from "../../../api/bulk.ts";
import type { RunFilter } from "../../../api/query-keys.ts";
import { useRole } from "../../../api/use-role.ts";
import { Button } from "../../../components/button.tsx";
import { IconButton } from "../../../components/icon-button.tsx";
import { Menu } from "../../../components/menu.tsx";
import { EVERYTHING, NOTHING, type Selection } from "../selection/selection.ts";
import { useSelection, useSelectionStore } from "../selection/selection-store.ts";
import { BULK_KINDS, type BulkName } from "./bulk-kinds.ts";
import { countRuns } from "./bulk-outcome.ts";
import { DeleteDialog } from "./delete-dialog.tsx";
import { exportRuns } from "./export-runs.ts";
import { RerunManyDialog } from "./rerun-many-dialog.tsx";
import styles from "./selection-bar.module.css";
import { TagDialog } from "./tag-dialog.tsx";
import type { Bulk, BulkChange, BulkProgress } from "./use-bulk.ts";

interface SelectionBarProps {
  readonly bulk: Pick<Bulk, "run" | "progress">;
  /** What the list has loaded. */
  readonly runs: readonly RunView[];
  readonly filter: RunFilter;
  /** How many match, in words; null until it is known. */
  readonly matching: string | null;
  /** Whether there are more that match than those that are loaded. */
  readonly hasMore: boolean;
}

/** Of UUIDs. */
const MOST_IN_ADDRESS = 200;
const ORDER: readonly BulkName[] = ["retry", "cancel", "rerun", "tag", "delete"];

/** What can be done to the runs that are ticked. It is there while some are, or while something is done. */
export function SelectionBar({
  bulk: { run, progress },
  runs,
  filter,
  matching,
  hasMore,
}: SelectionBarProps) {
  const store = useSelectionStore();
  const selection = useSelection();
  const [dialog, setDialog] = useState<BulkName | null>(null);
  const mayChange = useRole("operator");
  const chosen = chosenOf(selection, runs);
  if (progress !== null) return <Progress {...progress} />;
  if (selection.kind === "named" && selection.uuids.size === 0) return null;

  const which: WhichRuns = selection.kind === "all" ? { filter } : { runs: [...selection.uuids] };
  const words =
    selection.kind === "all" ? `all ${matching ?? "runs"} that match` : countRuns(selection.uuids.size);
  const act = (change: BulkChange) => {
    setDialog(null);
    void run(change, which);
  };
  const press = (name: BulkName) => {
    if (name === "retry" || name === "cancel") act({ name });
    else setDialog(name);
  };
  const close = () => setDialog(null);
  const areAllLoaded =
    selection.kind === "named" && runs.every(({ runUUID }) => selection.uuids.has(runUUID));
  return (
    <section className={styles["bar"]} aria-label="Chosen runs">
      <p className={styles["count"]} role="status">
        <strong>
          {selection.kind === "all" ? `All ${matching ?? ""}` : countRuns(selection.uuids.size)}
        </strong>
        {selection.kind === "all" ? " that match" : " chosen"}
      </p>
      {selection.kind === "named" && selection.uuids.size <= MOST_IN_ADDRESS && (
        <Link to="/runs" search={{ runs: [...selection.uuids].join(",") }} className={styles["only"]}>
          Only these
        </Link>
      )}
      {areAllLoaded && hasMore && (
        <Button onClick={() => store.set(EVERYTHING)}>{`Choose all ${matching ?? ""} that match`}</Button>
      )}
      <div className={styles["actions"]}>
        <CompareButton selection={selection} />
        {(mayChange ? ORDER : []).map((name) => (
          <Button
            key={name}
            icon={BULK_KINDS[name].icon}
            look={name === "delete" ? "danger" : "plain"}
            onClick={() => press(name)}
          >
            {BULK_KINDS[name].title}
          </Button>
        ))}
        <Menu
          trigger={<Button icon={Download}>Export</Button>}
          items={[
            { label: "As CSV", onSelect: () => void exportRuns(which, "csv") },
            { label: "As JSON", onSelect: () => void exportRuns(which, "json") },
          ]}
        />
        <IconButton icon={X} label="Choose nothing" onClick={() => store.set(NOTHING)} />
      </div>
      {dialog === "delete" && (
        <DeleteDialog words={words} onClose={close} onDelete={() => act({ name: "delete" })} />
      )}
      {dialog === "tag" && (
        <TagDialog
          words={words}
          runs={chosen}
          onClose={close}
          onTag={(add, remove) => act({ name: "tag", add, remove })}
        />
      )}
      {dialog === "rerun" && (
        <RerunManyDialog
          words={words}
          runs={chosen}
          isWhole={selection.kind === "named" || filter.workflow !== undefined}
          onClose={close}
          onRerun={(changes) => act({ name: "rerun", ...changes })}
        />
      )}
    </section>
  );
}

/** Two that are chosen can be looked at side by side: first the one that was chosen first. */
function CompareButton({ selection }: { readonly selection: Selection }) {
  const navigate = useNavigate();
  const [left, right, ...more] = selection.kind === "named" ? selection.uuids : [];
  if (left === undefined || right === undefined || more.length > 0) return null;
  return (
    <Button
      icon={GitCompareArrows}
      onClick={() => void navigate({ to: "/compare", search: { left, right } })}
    >
      Compare the two
    </Button>
  );
}

function chosenOf(selection: Selection, runs: readonly RunView[]): readonly RunView[] {
  return selection.kind === "all" ? runs : runs.filter(({ runUUID }) => selection.uuids.has(runUUID));
}

function Progress({ name, outcome, stop }: BulkProgress) {
  const { doing } = BULK_KINDS[name];
  return (
    <section className={styles["bar"]} aria-label="Under way">
      <p className={styles["count"]} role="status">
        <strong>{doing} …</strong>
        {outcome.matched > 0 && ` ${countRuns(outcome.matched)} so far`}
      </p>
      <div className={styles["actions"]}>
        <Button onClick={stop}>Stop</Button>
      </div>
    </section>
  );
}
