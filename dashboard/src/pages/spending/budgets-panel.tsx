import type { ProviderBudget, Spending } from "../../../../src/contracts/spending.ts";
import { formatMoney } from "../../components/format-money.ts";
import { Panel } from "../../components/panel.tsx";
import styles from "./spending.module.css";

const OF: Readonly<Record<ProviderBudget["of"], string>> = {
  day: "today, of all owners",
  owner: "of this owner, ever",
  batch: "of each batch",
  run: "of each run",
};

/** The limits of the configuration: a call that would exceed one is held until there is room. */
export function BudgetsPanel({ budgets }: Pick<Spending, "budgets">) {
  if (budgets.length === 0) return null;
  return (
    <Panel title="Limits of providers">
      <ul className={styles["budgets"]}>
        {budgets.map((budget) => (
          <li key={`${budget.provider} ${budget.of}`} data-budget={`${budget.provider} ${budget.of}`}>
            <Budget {...budget} />
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Budget({ provider, of, limit, used }: ProviderBudget) {
  return (
    <>
      <span className={styles["budget-name"]}>
        <strong>{provider}</strong> {OF[of]}
      </span>
      {used !== null && (
        <meter
          min={0}
          max={limit}
          high={limit * 0.9}
          value={Math.min(used, limit)}
          aria-label={`${provider} ${OF[of]}: ${formatMoney(used)} of ${formatMoney(limit)}`}
        />
      )}
      <span>
        {used === null ? `at most ${formatMoney(limit)}` : `${formatMoney(used)} of ${formatMoney(limit)}`}
      </span>
    </>
  );
}
