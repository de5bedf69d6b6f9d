import type { Spending } from "../../../../src/contracts/spending.ts";
import { Panel } from "../../components/panel.tsx";
import { ProviderBudgets } from "../../components/provider-budgets.tsx";

/** The limits of the configuration: a call that would exceed one is held until there is room. */
export function BudgetsPanel({ budgets }: Pick<Spending, "budgets">) {
  if (budgets.length === 0) return null;
  return (
    <Panel title="Limits of providers">
      <ProviderBudgets budgets={budgets} />
    </Panel>
  );
}
