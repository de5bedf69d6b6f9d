import pLimit from "p-limit";
import type { Box } from "../contracts/detection.ts";
import { MaskloomError } from "../errors.ts";
import type { InputSize, PicturePart } from "./letterbox.ts";
import { planTiles, touchesInnerEdge } from "./tiles.ts";

interface TileLooks<Find> {
  /** What one part of the picture shows, in pixels of the picture. */
  look(part: PicturePart): Promise<readonly Find[]>;
  /** Tiles under way at once; the samples of the others do not exist yet. */
  readonly atOnce: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * What the tiles of a large picture show, less what an edge of a tile may have cut off. The same thing may be in
 * it several times, since tiles overlap: the caller merges. In the order of the tiles, whichever ended first.
 * Throws CANCELLED as soon as the signal fires; tiles that have not begun then never begin.
 */
export async function lookIntoTiles<Find extends { readonly box: Box }>(
  picture: InputSize,
  { look, atOnce, signal }: TileLooks<Find>,
): Promise<Find[]> {
  const limit = pLimit(atOnce);
  const looks = planTiles(picture).map((tile) =>
    limit(async () => {
      if (signal?.aborted) {
        throw new MaskloomError("CANCELLED", "the caller cancelled the detection", { cause: signal.reason });
      }
      const finds = await look(tile);
      return finds.filter((find) => !touchesInnerEdge(find.box, tile, picture));
    }),
  );
  try {
    return (await Promise.all(looks)).flat();
  } finally {
    limit.clearQueue();
  }
}
