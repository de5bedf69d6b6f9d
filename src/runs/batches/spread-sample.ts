/** So many of them, the middle one of each of as many equal parts: the same ones for the same number. */
export function spreadSample<Item>(items: readonly Item[], wanted: number): readonly Item[] {
  if (wanted >= items.length) return items;
  return Array.from(
    { length: wanted },
    (_, at) => items[Math.floor(((at + 0.5) * items.length) / wanted)] as Item,
  );
}
