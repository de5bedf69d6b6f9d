import { cropPath, type PictureBox, thumbnailPath } from "../../../api/artifact-path.ts";
import { classNames } from "../../../components/class-names.ts";
import { MissingMark } from "../../../components/picture/picture-missing.tsx";
import { useShownImage, useWhyBroken } from "../../../components/picture/use-picture.ts";
import styles from "./crop.module.css";

interface CropProps {
  readonly artifact: string;
  /** In pixels of the artifact; null = all of it. */
  readonly box: PictureBox | null;
  readonly alt: string;
  /** Pixels of its longest side that are asked for, 96, 256 or 512. */
  readonly pixels?: number;
  /** Fetched now and not when it comes into sight. */
  readonly isEager?: boolean;
}

const DEFAULT_PIXELS = 256;

/** A part of a picture that fills its square place. */
export function Crop({ artifact, box, alt, pixels = DEFAULT_PIXELS, isEager = false }: CropProps) {
  const pathOf = (size: number) =>
    box === null ? thumbnailPath(artifact, size) : cropPath(artifact, box, size);
  const src = pathOf(pixels);
  const { state, onLoad, onError } = useShownImage(src);
  const missing = useWhyBroken(artifact, state === "broken");
  const isLoading = state !== "good" && missing === null;
  return (
    <span className={classNames(styles["crop"], isLoading && styles["loading"])}>
      {missing !== null && <MissingMark state={missing} hasWords={pixels >= DEFAULT_PIXELS} />}
      {state !== "broken" && (
        <img
          src={src}
          srcSet={`${src} 1x, ${pathOf(pixels * 2)} 2x`}
          alt={alt}
          loading={isEager ? "eager" : "lazy"}
          decoding="async"
          draggable={false}
          onLoad={onLoad}
          onError={onError}
        />
      )}
    </span>
  );
}
