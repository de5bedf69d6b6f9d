/** Cents are not enough for a call that costs a tenth of one. */
const FINE = new Intl.NumberFormat("en-US", {
  style: "currency",
  currency: "USD",
  minimumFractionDigits: 4,
  maximumFractionDigits: 4,
});
const COARSE = new Intl.NumberFormat("en-US", { style: "currency", currency: "USD" });

/** US dollars: `$12.30`, `$0.0013`. */
export function formatMoney(amount: number): string {
  return Math.abs(amount) < 1 && amount !== 0 ? FINE.format(amount) : COARSE.format(amount);
}
