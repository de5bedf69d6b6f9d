import { useEffect, useState } from "react";
import type { Size } from "./zoom.ts";

/** How large a picture is, in its own pixels; null until it is known. */
export function useNaturalSize(artifact: string | null): Size | null {
  const [found, setFound] = useState<{ artifact: string; size: Size } | null>(null);
  useEffect(() => {
    if (artifact === null) return;
    const image = new Image();
    image.onload = () =>
      setFound({ artifact, size: { width: image.naturalWidth, height: image.naturalHeight } });
    image.src = `/api/artifacts/${artifact}`;
    return () => {
      image.onload = null;
    };
  }, [artifact]);
  return found !== null && found.artifact === artifact ? found.size : null;
}
