import { useQueries } from "@tanstack/react-query";
import type { BatchPicture } from "../../../../src/contracts/batches.ts";
import { batchPicturesQuery, PICTURES_PER_PAGE, type PicturesQuery } from "../../api/batches.ts";

export interface ShownPictures {
  /** Null until it is known. */
  readonly total: number | null;
  readonly error: unknown;
  /** Undefined where it is on its way. */
  at(place: number): BatchPicture | undefined;
  retry(): void;
}

/** Those pages of a batch's pictures that have something in sight, and the first one, which says how many there are. */
export function usePictures(
  uuid: string,
  query: PicturesQuery,
  { from, to }: { readonly from: number; readonly to: number },
): ShownPictures {
  const first = Math.floor(from / PICTURES_PER_PAGE);
  const last = Math.max(first, Math.floor(to / PICTURES_PER_PAGE));
  const pages = [...new Set([0, ...Array.from({ length: last - first + 1 }, (_, number) => first + number)])];
  const results = useQueries({ queries: pages.map((page) => batchPicturesQuery(uuid, query, page)) });
  const byPage = new Map(pages.map((page, number) => [page, results[number]]));
  return {
    total: results[0]?.data?.total ?? null,
    error: results.find(({ error }) => error !== null)?.error ?? null,
    at: (place) => {
      const page = byPage.get(Math.floor(place / PICTURES_PER_PAGE));
      return page?.isPlaceholderData === true ? undefined : page?.data?.pictures[place % PICTURES_PER_PAGE];
    },
    retry: () => {
      for (const { refetch, isError } of results) if (isError) void refetch();
    },
  };
}
