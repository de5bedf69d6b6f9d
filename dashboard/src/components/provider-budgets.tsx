import type { ProviderBudget } from "../../../src/contracts/spending.ts";
import { formatMoney } from "./format-money.ts";
import styles from "./provider-budgets.module.css";

const OF: Readonly<Record<ProviderBudget["of"], string>> = {
  day: "today, of all owners",
  owner: "of this owner, ever",
  batch: "of each batch",
  run: "of each run",
};

interface ProviderBudgetsProps {
  readonly budgets: readonly ProviderBudget[];
  /** Where it is plain whose they are. */
  readonly isNameHidden?: boolean;
}

/** Limits of providers, and what stands against those that are of one thing. */
export function ProviderBudgets({ budgets, isNameHidden = false }: ProviderBudgetsProps) {
  return (
    <ul className={styles["budgets"]}>
      {budgets.map((budget) => (
        <li key={`${budget.provider} ${budget.of}`} data-budget={`${budget.provider} ${budget.of}`}>
          <Budget budget={budget} isNameHidden={isNameHidden} />
        </li>
      ))}
    </ul>
  );
}

interface BudgetProps {
  readonly budget: ProviderBudget;
  readonly isNameHidden: boolean;
}

function Budget({ budget: { provider, of, limit, used }, isNameHidden }: BudgetProps) {
  return (
    <>
      <span className={styles["name"]}>
        {isNameHidden ? "Limit" : <strong>{provider}</strong>} {OF[of]}
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
