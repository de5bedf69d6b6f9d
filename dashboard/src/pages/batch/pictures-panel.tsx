import { useNavigate } from "@tanstack/react-router";
import { Images } from "lucide-react";
import type { BatchView } from "../../../../src/contracts/api.ts";
import { listedRuns } from "../../../../src/contracts/listed-runs.ts";
import { EmptyState } from "../../components/empty-state.tsx";
import { Select } from "../../components/select.tsx";
import { STATUS_LOOKS } from "../../components/status-look.ts";
import styles from "./batch-page.module.css";
import { type BatchSearch, PICTURE_STATUSES } from "./batch-search.ts";
import { ContactSheet } from "./contact-sheet.tsx";

interface PicturesPanelProps {
  readonly batch: BatchView;
  readonly search: BatchSearch;
}

/** The results as a contact sheet, in their order or the doubtful ones first. */
export function PicturesPanel({ batch, search }: PicturesPanelProps) {
  const navigate = useNavigate();
  const { status, order } = search;
  const show = (next: BatchSearch) =>
    void navigate({
      to: "/batches/$uuid",
      params: { uuid: batch.batchUUID },
      search: next,
      replace: true,
      resetScroll: false,
    });
  const counts = listedRuns(batch);
  const begun = PICTURE_STATUSES.reduce((sum, one) => sum + counts[one], 0);
  const expected = status === undefined ? begun : counts[status];
  const { order: _order, ...unordered } = search;
  const { status: _status, ...ofAny } = search;
  return (
    <section aria-labelledby="pictures">
      <header className={styles["heading"]}>
        <h2 id="pictures">Pictures</h2>
        <div className={styles["choices"]}>
          <Select
            aria-label="Order"
            value={order ?? "order"}
            options={[
              { value: "order", label: "As they came" },
              { value: "worst", label: "Worst seam first" },
            ]}
            onChoose={(value) => show(value === "worst" ? { ...unordered, order: "worst" } : unordered)}
          />
          <Select
            aria-label="Status"
            value={status ?? ""}
            options={[
              { value: "", label: "Every status" },
              ...PICTURE_STATUSES.map((value) => ({ value, label: STATUS_LOOKS[value].word })),
            ]}
            onChoose={(value) => {
              const chosen = PICTURE_STATUSES.find((one) => one === value);
              show(chosen === undefined ? ofAny : { ...ofAny, status: chosen });
            }}
          />
        </div>
      </header>
      {expected === 0 ? (
        <EmptyState icon={Images} title={begun === 0 ? "Nothing has begun yet" : "No picture stands there"}>
          <p>
            {begun === 0
              ? "Pictures appear here as soon as a worker gets to them."
              : "Choose another status, or look at all of them."}
          </p>
        </EmptyState>
      ) : (
        <ContactSheet
          key={`${order} ${status}`}
          batchUUID={batch.batchUUID}
          query={{ order: order ?? "order", status: status ?? null }}
          expected={expected}
        />
      )}
    </section>
  );
}
