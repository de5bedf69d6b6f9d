import { artifactPath } from "../../api/artifact-path.ts";
import { classNames } from "../class-names.ts";
import styles from "./picture.module.css";
import { MissingMark } from "./picture-missing.tsx";
import { useShownImage, useWhyBroken } from "./use-picture.ts";

interface PictureProps {
  /** Null for one that only this browser has. */
  readonly artifact: string | null;
  /** Where it is, where that is not all of it as it is stored. */
  readonly src?: string;
  readonly alt: string;
  /** `cover` fills its place, `contain` shows all of it, `fill` is for a place of just its shape. */
  readonly fit?: "cover" | "contain" | "fill";
  /** Whether it leads to the picture as it is stored, in a window of its own. */
  readonly isLink?: boolean;
  /** Fetched when it comes into sight. */
  readonly isLazy?: boolean;
  /** Told its shape, for whoever does not know it. */
  readonly onSize?: (width: number, height: number) => void;
}

/**
 * A picture that fills its place, which has its size before it is there. Beside `Thumbnail`, whose place is a square of its
 * own: this one is of any shape and address.
 */
export function Picture(props: PictureProps) {
  const { artifact, src: given, alt, fit = "contain", isLink = false, isLazy = false, onSize } = props;
  const src = given ?? (artifact === null ? undefined : artifactPath(artifact));
  const { state, onLoad, onError } = useShownImage(src);
  const missing = useWhyBroken(artifact, state === "broken");
  const image = state !== "broken" && (
    <img
      src={src}
      alt={alt}
      style={{ objectFit: fit }}
      draggable={false}
      loading={isLazy ? "lazy" : "eager"}
      decoding="async"
      onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) => {
        onLoad();
        onSize?.(naturalWidth, naturalHeight);
      }}
      onError={onError}
    />
  );
  const isPending = state === "loading" || (state === "broken" && missing === null);
  return (
    <span
      className={classNames(
        styles["picture"],
        isPending && styles["loading"],
        missing !== null && styles["missing"],
      )}
    >
      {isLink && artifact !== null && image !== false ? (
        <a href={artifactPath(artifact)} target="_blank" rel="noreferrer" title="Open it in its full size">
          {image}
        </a>
      ) : (
        image
      )}
      {missing !== null && <MissingMark state={missing} hasWords />}
    </span>
  );
}
