/** `0`, `0.4`, `12`: figures that are compared, not counted. */
export function formatRate(perMinute: number): string {
  if (perMinute === 0 || perMinute >= 10) return Math.round(perMinute).toLocaleString("en-US");
  return perMinute < 0.1 ? "< 0.1" : perMinute.toFixed(1);
}

/** 0..1 as `0 %`, `0.3 %`, `12 %`; never 0 for what is more, never 100 for what is less. */
export function formatShare(share: number): string {
  const percent = share * 100;
  if (percent === 0 || percent === 100) return `${percent} %`;
  if (percent < 0.1) return "< 0.1 %";
  return percent < 10 ? `${percent.toFixed(1)} %` : `${Math.min(99, Math.round(percent))} %`;
}
