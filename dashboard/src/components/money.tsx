import { formatMoney } from "./format-money.ts";

/** US dollars, as all providers bill; null is what nobody billed. */
export function Money({ amount }: { readonly amount: number | null }) {
  if (amount === null) return <span title="It cost nothing">–</span>;
  return <span title={`${amount} USD`}>{formatMoney(amount)}</span>;
}
