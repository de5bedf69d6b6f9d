import { ImageOff } from "lucide-react";
import { useState } from "react";
import { thumbnailPath } from "../api/artifact-path.ts";
import { classNames } from "./class-names.ts";
import styles from "./thumbnail.module.css";

interface ThumbnailProps {
  /** Null where there is no picture (yet). */
  readonly artifact: string | null;
  /** Laid over the picture. */
  readonly mask?: string | null;
  /** What is seen on it; empty where the text beside it says so. */
  readonly alt: string;
  /** CSS pixels of the square that it always takes, whatever becomes of the picture; `fill` is as wide as its place. */
  readonly size?: number | "fill";
}

const DEFAULT_SIZE = 44;
/** A place is seldom wider; dense screens get twice that. */
const FILLED_SIZE = 256;

export function Thumbnail({ artifact, mask = null, alt, size = DEFAULT_SIZE }: ThumbnailProps) {
  const pixels = size === "fill" ? FILLED_SIZE : size;
  const src = artifact === null ? undefined : thumbnailPath(artifact, pixels);
  const [loaded, setLoaded] = useState<{ src: string; isGood: boolean } | null>(null);
  const state = loaded !== null && loaded.src === src ? (loaded.isGood ? "good" : "broken") : "loading";
  const showsBroken = state === "broken";
  const isLoading = artifact !== null && state === "loading";
  return (
    <span
      className={classNames(styles["frame"], isLoading && styles["loading"])}
      style={{ width: size === "fill" ? "100%" : size }}
    >
      {src !== undefined && artifact !== null && !showsBroken && (
        <img
          src={src}
          srcSet={`${src} 1x, ${thumbnailPath(artifact, pixels * 2)} 2x`}
          alt={alt}
          loading="lazy"
          decoding="async"
          onLoad={() => setLoaded({ src, isGood: true })}
          onError={() => setLoaded({ src, isGood: false })}
        />
      )}
      {mask !== null && state === "good" && (
        <span
          className={styles["mask"]}
          style={{ maskImage: `url("${thumbnailPath(mask, pixels)}")` }}
          aria-hidden
        />
      )}
      {artifact === null && size === "fill" && <ImageOff size={18} aria-hidden className={styles["none"]} />}
      {showsBroken && (
        <span role="img" aria-label="This picture cannot be shown" title="This picture cannot be shown">
          <ImageOff size={18} aria-hidden />
        </span>
      )}
    </span>
  );
}
