import { useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { Download, PiggyBank } from "lucide-react";
import type { CallsQuery, Spending } from "../../../../src/contracts/spending.ts";
import { callsAddress, spendingQuery } from "../../api/spending.ts";
import { EmptyState } from "../../components/empty-state.tsx";
import { ErrorState } from "../../components/error-state.tsx";
import { Page } from "../../components/page.tsx";
import { BudgetsPanel } from "./budgets-panel.tsx";
import { DaysChart } from "./days-chart.tsx";
import { GroupsPanel } from "./groups-panel.tsx";
import styles from "./spending.module.css";
import { SpendingChoices } from "./spending-choices.tsx";
import { SpendingFigures } from "./spending-figures.tsx";
import { DEFAULT_DAYS, rangeOf } from "./spending-search.ts";

/** What calls to providers cost: when, for what, and what of it was of use. */
export function SpendingPage() {
  const { days = DEFAULT_DAYS, by = "provider", scope = "mine" } = useSearch({ from: "/shell/spending" });
  const range: CallsQuery = { scope, ...rangeOf(days, new Date()) };
  const { timeZone: zone } = Intl.DateTimeFormat().resolvedOptions();
  const { data, error, refetch } = useQuery(spendingQuery({ ...range, by, zone }));
  const file = (
    <a className={styles["file"]} href={callsAddress(range)} download>
      <Download size={16} aria-hidden />
      Every call as CSV
    </a>
  );
  return (
    <Page title="Spending" actions={file}>
      <SpendingChoices />
      {error !== null && data === undefined && (
        <ErrorState error={error} title="What was spent could not be loaded" onRetry={() => void refetch()} />
      )}
      {(data !== undefined || error === null) && <SpendingFigures spending={data} days={days} />}
      {data !== undefined && <Parts spending={data} />}
    </Page>
  );
}

function Parts({ spending }: { readonly spending: Spending }) {
  if (spending.total.calls === 0) {
    return (
      <>
        <NothingSpent />
        <BudgetsPanel budgets={spending.budgets} />
      </>
    );
  }
  return (
    <>
      <DaysChart days={spending.days} />
      <GroupsPanel spending={spending} />
      <BudgetsPanel budgets={spending.budgets} />
    </>
  );
}

function NothingSpent() {
  return (
    <EmptyState icon={PiggyBank} title="Nothing was spent in this time">
      <p>
        Models that run on this machine cost nothing. Calls to paid providers are listed here as soon as they
        are sent, with what is reserved for them until the bill is known.
      </p>
    </EmptyState>
  );
}
