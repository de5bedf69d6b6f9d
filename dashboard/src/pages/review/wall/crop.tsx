import { ImageOff } from "lucide-react";
import { useState } from "react";
import { cropPath, type PictureBox, thumbnailPath } from "../../../api/artifact-path.ts";
import { classNames } from "../../../components/class-names.ts";
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
  const [ended, setEnded] = useState<{ src: string; isGood: boolean } | null>(null);
  const state = ended?.src === src ? (ended.isGood ? "good" : "broken") : "loading";
  return (
    <span className={classNames(styles["crop"], state === "loading" && styles["loading"])}>
      {state === "broken" ? (
        <span role="img" aria-label="This picture cannot be shown" title="This picture cannot be shown">
          <ImageOff size={20} aria-hidden />
        </span>
      ) : (
        <img
          src={src}
          srcSet={`${src} 1x, ${pathOf(pixels * 2)} 2x`}
          alt={alt}
          loading={isEager ? "eager" : "lazy"}
          decoding="async"
          draggable={false}
          onLoad={() => setEnded({ src, isGood: true })}
          onError={() => setEnded({ src, isGood: false })}
        />
      )}
    </span>
  );
}
