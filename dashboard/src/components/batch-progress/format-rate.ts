const fine = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });
const coarse = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

/** Above it tenths only flicker. */
const COARSE_FROM = 10;

/** Pictures a minute; a dash where none is known. */
export function formatRate(perMinute: number | null): string {
  if (perMinute === null) return "–";
  return (perMinute < COARSE_FROM ? fine : coarse).format(perMinute);
}
