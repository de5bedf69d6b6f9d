import { useEffect, useState } from "react";
import type { Size } from "./zoom.ts";

/** Sizes by the UUIDs of pictures, as a run tells them. */
export type PictureSizes = Readonly<Record<string, Size>>;

/** How large a picture is, in its own pixels: as it is known, or else as it comes; null until then. */
export function usePictureSize(artifact: string | null, known: PictureSizes = {}): Size | null {
  const told = artifact === null ? undefined : known[artifact];
  const isTold = told !== undefined;
  const [found, setFound] = useState<{ artifact: string; size: Size } | null>(null);
  useEffect(() => {
    if (artifact === null || isTold) return;
    const image = new Image();
    image.onload = () =>
      setFound({ artifact, size: { width: image.naturalWidth, height: image.naturalHeight } });
    image.src = `/api/artifacts/${artifact}`;
    return () => {
      image.onload = null;
    };
  }, [artifact, isTold]);
  if (told !== undefined) return told;
  return found !== null && found.artifact === artifact ? found.size : null;
}
