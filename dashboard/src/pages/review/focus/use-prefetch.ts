import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import type { ReviewView } from "../../../../../src/contracts/review.ts";
import { artifactPath } from "../../../api/artifact-path.ts";
import { pictureQuery } from "../../../api/pictures.ts";

/** Held on to, so that the browser keeps them decoded; the oldest are let go. */
const kept = new Map<string, HTMLImageElement>();
const MOST_KEPT = 12;

/** The pictures of what comes next are there before it comes. */
export function usePrefetch(next: readonly ReviewView[]): void {
  const client = useQueryClient();
  const wanted = next.flatMap(({ show, original }) => [show[0] ?? original, original]);
  const key = wanted.join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key says all of what is wanted
  useEffect(() => {
    for (const artifact of wanted) {
      const known = kept.get(artifact);
      kept.delete(artifact);
      const image = known ?? new Image();
      if (known === undefined) image.src = artifactPath(artifact);
      kept.set(artifact, image);
      void client.prefetchQuery(pictureQuery(artifact));
    }
    for (const artifact of [...kept.keys()].slice(0, Math.max(0, kept.size - MOST_KEPT)))
      kept.delete(artifact);
  }, [key]);
}
