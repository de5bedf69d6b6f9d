import type { ListedFile } from "../listing/input-listing.ts";
import type { PreviousReport } from "./previous-report.ts";

export interface ListedPicture {
  /** Place in the report. */
  readonly at: number;
  readonly listed: ListedFile;
}

export interface PictureChoice {
  readonly total: number;
  choose(listing: AsyncIterable<ListedFile>): AsyncGenerator<ListedPicture>;
}

interface ChoiceOptions {
  /** How many there are. */
  readonly pictures: number;
  readonly sample?: number | undefined;
  readonly previous: PreviousReport | null;
}

/** Which of the listed pictures are done: all, a sample spread evenly over them, or those that failed before. */
export function openPictureChoice({ pictures, sample, previous }: ChoiceOptions): PictureChoice {
  if (previous !== null) return { total: previous.failures, choose: (listing) => failed(listing, previous) };
  const total = Math.min(pictures, sample ?? pictures);
  return { total, choose: (listing) => spread(listing, total, pictures) };
}

async function* failed(
  listing: AsyncIterable<ListedFile>,
  previous: PreviousReport,
): AsyncGenerator<ListedPicture> {
  for await (const listed of listing) {
    const at = previous.failedAt(listed.name);
    if (at !== undefined) yield { at, listed };
  }
}

/** The middle one of each of `wanted` equal parts; the same ones for the same number of pictures. */
async function* spread(
  listing: AsyncIterable<ListedFile>,
  wanted: number,
  pictures: number,
): AsyncGenerator<ListedPicture> {
  let seen = 0;
  let at = 0;
  for await (const listed of listing) {
    const isChosen = wanted >= pictures || seen === Math.floor(((at + 0.5) * pictures) / wanted);
    seen += 1;
    if (!isChosen) continue;
    yield { at, listed };
    at += 1;
  }
}
