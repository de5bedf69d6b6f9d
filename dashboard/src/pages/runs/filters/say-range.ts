/** `≥ 5.0 s`, `≤ 10.0 s`, `5.0 s – 10.0 s`; null where neither end is given. */
export function sayRange(
  min: string | undefined,
  max: string | undefined,
  say: (value: number) => string,
): string | null {
  if (min !== undefined && max !== undefined) return `${say(Number(min))} – ${say(Number(max))}`;
  if (min !== undefined) return `≥ ${say(Number(min))}`;
  return max === undefined ? null : `≤ ${say(Number(max))}`;
}
