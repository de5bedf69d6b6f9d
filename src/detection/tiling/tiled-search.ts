import type { Box } from "../../contracts/detection.ts";
import { type InputSize, type PicturePart, wholeOf } from "../sampling/letterbox.ts";
import type { Candidate } from "../ssd/candidate.ts";
import { coverage, intersectionOverUnion } from "../ssd/weighted-suppression.ts";
import { lookInto } from "./look-into.ts";
import { planTiles, touchesInnerEdge } from "./tiles.ts";

/** How a detector looks into a part of the picture, and what it makes of what it saw. */
export interface Searcher {
  /** Candidates that score above `least`, in pixels of the picture. */
  look(part: PicturePart, least: number): Promise<Candidate[]>;
  /** Makes one of those that show the same thing. */
  merge(candidates: readonly Candidate[]): Candidate[];
  /** The detector's own threshold. */
  readonly threshold: number;
  /** Looks under way at once. */
  readonly atOnce: number;
  /** Whether what only tiles show has to be seen again here; false where a second network looks closer anyway. */
  readonly secondLooks: boolean;
}

/** A tile's find that scores above this needs no second look; false ones were seen up to 0.78. */
const BEYOND_DOUBT = 0.85;
/** Sides of the second looks, as multiples of the find's: it then has the size that detectors are made for. */
const SECOND_LOOKS = [2.5, 3.5] as const;
/** Mean score that the second looks must exceed. */
const CONFIRMED = 0.5;
/** Below this a second look has seen nothing. */
const FAINTEST = 0.05;
const SAME_THING = 0.3;
const MOST = 0.5;

/**
 * Finds in a picture of any size. Large ones are looked into tile by tile as well, so that small things are found.
 * What only tiles show must score above the detector's own threshold, whatever `confidence` says, and be seen again:
 * a tile that holds nothing but cloth or food is read as a face now and then, but not from two more distances. It is
 * marked, so that a second network can be asked from several distances, too.
 */
export async function searchWithTiles(
  picture: InputSize,
  searcher: Searcher,
  confidence: number,
  signal: AbortSignal | undefined,
): Promise<Candidate[]> {
  const { look, merge, threshold } = searcher;
  const whole = look(wholeOf(picture), confidence);
  const tiles = planTiles(picture);
  if (tiles.length === 0) return await whole;
  const options = { atOnce: searcher.atOnce, signal };
  const lookAtTile = async (tile: PicturePart) => {
    const candidates = await look(tile, threshold);
    return candidates.filter(({ box }) => !touchesInnerEdge(box, tile, picture));
  };
  const [inWhole, inTiles] = await Promise.all([whole, lookInto(tiles, lookAtTile, options)]);
  const finds = merge(inTiles.flat()).filter(({ score }) => score > confidence);
  const isSeen = async (find: Candidate) => !searcher.secondLooks || (await isSeenAgain(picture, find, look));
  const confirmations = await lookInto(finds, isSeen, options);
  const confirmed = finds.filter((_, at) => confirmations[at] === true);
  if (confirmed.length === 0) return inWhole;
  const merged = withoutDoubtful(merge([...inWhole, ...confirmed]), confirmed, threshold);
  return markOnlyInTiles(merged, inWhole, threshold);
}

async function isSeenAgain(
  picture: InputSize,
  { box, score }: Candidate,
  look: Searcher["look"],
): Promise<boolean> {
  if (score > BEYOND_DOUBT) return true;
  const scores = SECOND_LOOKS.map(async (times) => {
    const again = await look(squareAround(box, times, picture), FAINTEST);
    return again.find((other) => intersectionOverUnion(other.box, box) > SAME_THING)?.score ?? 0;
  });
  const total = (await Promise.all(scores)).reduce((sum, one) => sum + one, 0);
  return total / SECOND_LOOKS.length > CONFIRMED;
}

function squareAround([x0, y0, x1, y1]: Box, times: number, picture: InputSize): PicturePart {
  const half = (Math.max(x1 - x0, y1 - y0) * times) / 2;
  const [left, width] = within((x0 + x1) / 2, half, picture.width);
  const [top, height] = within((y0 + y1) / 2, half, picture.height);
  return { x: left, y: top, width, height };
}

/** Start and length of the whole pixels around a centre; at least one pixel of the picture. */
function within(centre: number, half: number, length: number): readonly [number, number] {
  const from = Math.max(0, Math.min(length - 1, Math.round(centre - half)));
  const to = Math.min(length, Math.max(from + 1, Math.round(centre + half)));
  return [from, to - from];
}

/** What the whole shows at or below the threshold counts as not seen there: at a low confidence it shows anything. */
function markOnlyInTiles(
  merged: readonly Candidate[],
  inWhole: readonly Candidate[],
  threshold: number,
): Candidate[] {
  const sure = inWhole.filter(({ score }) => score > threshold);
  const isInWhole = ({ box }: Candidate) =>
    sure.some((other) => intersectionOverUnion(other.box, box) > SAME_THING);
  return merged.map((one) =>
    one.score > threshold && !isInWhole(one) ? { ...one, onlyInTiles: true } : one,
  );
}

/**
 * Less the finds at or below the detector's own threshold that share most of their area, or of the other's, with
 * what a tile showed: what a whole group photo shows between two faces, before the tiles show the faces themselves.
 */
function withoutDoubtful(
  candidates: readonly Candidate[],
  confirmed: readonly Candidate[],
  threshold: number,
): Candidate[] {
  return candidates.filter(
    ({ box, score }) => score > threshold || !confirmed.some((other) => coverage(box, other.box) > MOST),
  );
}
