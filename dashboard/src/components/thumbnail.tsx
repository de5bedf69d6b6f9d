import { ImageOff } from "lucide-react";
import { thumbnailPath } from "../api/artifact-path.ts";
import { classNames } from "./class-names.ts";
import { MissingMark } from "./picture/picture-missing.tsx";
import { useShownImage, useWhyBroken } from "./picture/use-picture.ts";
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
/** Words about a picture that is missing fit into one of so many pixels. */
const WORDS_FROM = 96;

export function Thumbnail({ artifact, mask = null, alt, size = DEFAULT_SIZE }: ThumbnailProps) {
  const pixels = size === "fill" ? FILLED_SIZE : size;
  const src = artifact === null ? undefined : thumbnailPath(artifact, pixels);
  const { state, onLoad, onError } = useShownImage(src);
  const missing = useWhyBroken(artifact, state === "broken");
  const isLoading = artifact !== null && state !== "good" && missing === null;
  return (
    <span
      className={classNames(styles["frame"], isLoading && styles["loading"])}
      style={{ width: size === "fill" ? "100%" : size }}
    >
      {src !== undefined && artifact !== null && state !== "broken" && (
        <img
          src={src}
          srcSet={`${src} 1x, ${thumbnailPath(artifact, pixels * 2)} 2x`}
          alt={alt}
          loading="lazy"
          decoding="async"
          onLoad={onLoad}
          onError={onError}
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
      {missing !== null && <MissingMark state={missing} hasWords={pixels >= WORDS_FROM} />}
    </span>
  );
}
