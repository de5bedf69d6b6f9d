import { useQueries, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { DAMAGED, pictureQuery, whyMissingQuery } from "../../api/pictures.ts";
import type { Size } from "../viewer/zoom.ts";
import type { Missing, PictureState } from "./picture-state.ts";

/** Sizes by the UUIDs of pictures, as a run tells them. */
export type PictureSizes = Readonly<Record<string, Size>>;

/** Loads a picture and says how large it is, or why it cannot be seen. @param known what its place can be as large as meanwhile */
export function usePicture(artifact: string | null, known: PictureSizes = {}): PictureState {
  const [state = NONE] = usePictures([artifact], known);
  return state;
}

/** The same of several. */
export function usePictures(
  artifacts: readonly (string | null)[],
  known: PictureSizes = {},
): readonly PictureState[] {
  const named = [...new Set(artifacts.filter((artifact) => artifact !== null))];
  const answers = useQueries({ queries: named.map(pictureQuery) });
  /* Browsers show the upper half of a JPEG that is cut off, and call it loaded. */
  const doubts = useQueries({
    queries: named.map((artifact, at) => ({
      ...whyMissingQuery(artifact),
      enabled: answers[at]?.data?.kind === "there",
    })),
  });
  return artifacts.map((artifact) => {
    if (artifact === null) return NONE;
    const at = named.indexOf(artifact);
    const { data, error = null, refetch } = answers[at] ?? {};
    const size = known[artifact] ?? null;
    if (error !== null) return { kind: "unreachable", retry: () => void refetch?.(), size };
    if (data === undefined) return { kind: "loading", size };
    if (data.kind !== "there") return { ...data, size };
    const missing = doubts[at]?.data ?? null;
    return missing === null ? data : { ...missing, size: data.size };
  });
}

const NONE: PictureState = { kind: "none" };

interface ShownImage {
  readonly state: "loading" | "good" | "broken";
  readonly onLoad: () => void;
  readonly onError: () => void;
}

/** How an `<img>` fares that loads by itself, when it comes into sight; another address begins anew. */
export function useShownImage(src: string | undefined): ShownImage {
  const [ended, setEnded] = useState<{ src: string | undefined; isGood: boolean } | null>(null);
  return {
    state: ended === null || ended.src !== src ? "loading" : ended.isGood ? "good" : "broken",
    onLoad: () => setEnded({ src, isGood: true }),
    onError: () => setEnded({ src, isGood: false }),
  };
}

/** Why an `<img>` of it is broken; null where it is not, or as long as that is being found out. */
export function useWhyBroken(artifact: string | null, isBroken: boolean): Missing | null {
  const { data, error, refetch } = useQuery({
    ...whyMissingQuery(artifact ?? ""),
    enabled: isBroken && artifact !== null,
  });
  if (!isBroken) return null;
  if (artifact === null) return DAMAGED;
  if (error !== null) return { kind: "unreachable", retry: () => void refetch() };
  return data === undefined ? null : (data ?? DAMAGED);
}
