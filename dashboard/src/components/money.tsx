/** Cents are not enough for a call that costs a tenth of one. */
const FINE = new Intl.NumberFormat("en-US", {
  style: "currency",
  currency: "USD",
  minimumFractionDigits: 4,
  maximumFractionDigits: 4,
});
const COARSE = new Intl.NumberFormat("en-US", { style: "currency", currency: "USD" });

/** US dollars, as all providers bill; null is what nobody billed. */
export function Money({ amount }: { readonly amount: number | null }) {
  if (amount === null) return <span title="It cost nothing">–</span>;
  const text = Math.abs(amount) < 1 && amount !== 0 ? FINE.format(amount) : COARSE.format(amount);
  return <span title={`${amount} USD`}>{text}</span>;
}
