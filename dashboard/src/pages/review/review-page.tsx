import { useNavigate, useSearch } from "@tanstack/react-router";
import { Page } from "../../components/page.tsx";
import { Tabs } from "../../components/tabs.tsx";
import { useShortcuts } from "../../shell/shortcuts.ts";
import { PendingBar } from "./decide/pending-bar.tsx";
import { decisionQueue } from "./decide/use-decisions.ts";
import { FocusPanel } from "./focus/focus-panel.tsx";
import { HistoryPanel } from "./history/history-panel.tsx";
import { ReviewFilters } from "./review-filters.tsx";
import type { ReviewSearch } from "./review-search.ts";
import { useReviews } from "./use-reviews.ts";
import { WaitingPanel } from "./waiting-panel.tsx";

/** What waits for a person: a wall of what there is to look at, each of it large when it is opened. */
export function ReviewPage() {
  const search = useSearch({ from: "/shell/review" });
  const navigate = useNavigate();
  const reviews = useReviews(search);
  const show = (next: ReviewSearch, isReplaced = true) =>
    void navigate({ to: "/review", search: next, replace: isReplaced, resetScroll: false });
  const undo = () => {
    const [first] = decisionQueue.undo();
    if (first !== undefined && search.at !== undefined) show({ ...search, at: first.review.taskUUID });
  };
  useShortcuts([{ key: "z", run: undo }]);
  const { at, ...rest } = search;
  if (at !== undefined) {
    return (
      <>
        <FocusPanel search={search} at={at} reviews={reviews} onShow={show} />
        <PendingBar onUndo={undo} />
      </>
    );
  }
  const { tab = "waiting", ...filter } = rest;
  const isWaiting = tab === "waiting";
  return (
    <Page
      title="Review"
      aside={isWaiting && reviews.total > 0 && <span>{reviews.total.toLocaleString("en")} waiting</span>}
      actions={<ReviewFilters search={rest} isWaiting={isWaiting} reviews={reviews.all} onChange={show} />}
    >
      <Tabs
        label="Review"
        chosen={tab}
        onChoose={(id) => show(id === "history" ? { ...filter, tab: "history" } : filter)}
        tabs={[
          {
            id: "waiting",
            title: "Waiting",
            content: <WaitingPanel search={rest} reviews={reviews} />,
          },
          { id: "history", title: "History", content: <HistoryPanel {...filter} /> },
        ]}
      />
      <PendingBar onUndo={undo} />
    </Page>
  );
}
