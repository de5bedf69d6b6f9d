import type { Spending } from "../../../../src/contracts/spending.ts";
import { Figure, Figures } from "../../components/figures.tsx";
import { Money } from "../../components/money.tsx";
import styles from "./spending.module.css";

interface SpendingFiguresProps {
  /** Undefined while it is on its way. */
  readonly spending: Spending | undefined;
  readonly days: number;
}

/** The sum, and what of it was of no use. */
export function SpendingFigures({ spending, days }: SpendingFiguresProps) {
  const total = spending?.total;
  const money = (amount: number | undefined) =>
    amount === undefined ? undefined : <Money amount={amount} />;
  const average = total === undefined || total.runs === 0 ? null : total.cost / total.runs;
  return (
    <section className={styles["figures"]} aria-label="In numbers">
      <Figures>
        <Figure name={`Spent in ${days} days`} value={money(total?.cost)}>
          {total !== undefined && `${total.calls.toLocaleString("en-US")} calls`}
        </Figure>
        <Figure
          name="A picture, on average"
          value={total === undefined ? undefined : <Money amount={average} />}
        >
          {total !== undefined && `${total.runs.toLocaleString("en-US")} runs`}
        </Figure>
        <Figure name="Lost" value={money(total?.lost)}>
          for tasks that failed or were cancelled
        </Figure>
        <Figure name="Made again" value={money(total?.again)}>
          rerolls, reruns, repeated tries
        </Figure>
        <Figure name="Reserved" value={money(total?.open)}>
          not known to be billed yet
        </Figure>
      </Figures>
    </section>
  );
}
