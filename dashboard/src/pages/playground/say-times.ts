/** What the parts of a network's run are called together. */
const NETWORK = ["preprocess", "inference", "postprocess"];

/** Milliseconds of an answer in words; what was known already took none. */
export function sayTimes(ms: Readonly<Record<string, number>>): string {
  const network = NETWORK.reduce((sum, part) => sum + (ms[part] ?? 0), 0);
  const mask = ms["mask"] ?? 0;
  const parts = [
    network > 0 ? `${format(network)} to look` : "known already",
    `${format(mask)} for the mask`,
  ];
  return parts.join(", ");
}

function format(ms: number): string {
  return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
}
