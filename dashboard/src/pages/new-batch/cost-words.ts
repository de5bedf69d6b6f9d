import type { CostEstimate } from "../../../../src/contracts/cost-estimate.ts";
import { formatMoney } from "../../components/format-money.ts";

/** `$1.20 to $2.40`; one amount where both are shown alike. */
export function rangeWords({ low, high }: Pick<CostEstimate, "low" | "high">): string {
  const [least, most] = [formatMoney(low), formatMoney(high)];
  return least === most ? most : `${least} to ${most}`;
}

const BASES: Readonly<Record<CostEstimate["steps"][number]["basis"], (seen: number) => string>> = {
  runs: (seen) => `what ${seen} earlier runs cost`,
  finds: (seen) =>
    seen === 0
      ? "the price of a call"
      : `what is found in ${seen === 1 ? "one picture" : `${seen} pictures`} and the price of a call`,
  guess: () => "the price of a call and a guess at how much there is to paint; a dry run tells more",
};

/** Who is paid, and what the range goes by. */
export function basisWords({ steps }: CostEstimate): string {
  const providers = [...new Set(steps.flatMap((step) => step.providers))].join(", ");
  const bases = [...new Set(steps.map(({ basis, seen }) => BASES[basis](seen)))].join(", and ");
  return `Paid at ${providers}, going by ${bases}.`;
}
