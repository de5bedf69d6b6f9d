/** CSS pixels; a card is at least so wide, except on the narrowest phone. */
const NARROWEST = 190;
const LEAST_COLUMNS = 2;
export const GAP = 12;
/** What is written below the picture. */
const CAPTION = 44;

export function columnsOf(width: number): number {
  return Math.max(LEAST_COLUMNS, Math.floor((width + GAP) / (NARROWEST + GAP)));
}

export function cardWidthOf(width: number): number {
  const columns = columnsOf(width);
  return (width - GAP * (columns - 1)) / columns;
}

/** With the gap below it; pictures are square. */
export function rowHeightOf(width: number): number {
  return Math.round(cardWidthOf(width) + CAPTION + GAP);
}
