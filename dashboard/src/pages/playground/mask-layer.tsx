import { useEffect, useRef } from "react";
import { findRegions, type RegionBox } from "./mask-regions.ts";
import styles from "./stage.module.css";

interface MaskLayerProps {
  /** PNG as a `data:` URI; null for an empty one. */
  readonly mask: string | null;
  readonly width: number;
  readonly height: number;
  readonly isShown: boolean;
  /** In the picture's pixels. */
  readonly onRegions: (regions: readonly RegionBox[]) => void;
}

/** Of the longer side; a larger mask is drawn smaller, which nobody sees. */
const MOST_PIXELS = 2048;
const TINT = [255, 0, 128] as const;
const OPACITY = 0.45;

/** What is going to be repainted, as a tint over the picture. */
export function MaskLayer({ mask, width, height, isShown, onRegions }: MaskLayerProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const scale = Math.min(1, MOST_PIXELS / Math.max(width, height));
  const [columns, rows] = [Math.round(width * scale), Math.round(height * scale)];
  useEffect(() => {
    const context = canvas.current?.getContext("2d", { willReadFrequently: true });
    if (!context) return;
    if (mask === null) {
      context.clearRect(0, 0, columns, rows);
      onRegions([]);
      return;
    }
    let isLatest = true;
    const image = new Image();
    image.onload = () => {
      if (!isLatest) return;
      context.globalCompositeOperation = "copy";
      context.drawImage(image, 0, 0, columns, rows);
      const pixels = context.getImageData(0, 0, columns, rows);
      const regions = findRegions(pixels.data, columns, rows, 4);
      onRegions(regions.map((box) => box.map((edge) => edge / scale) as unknown as RegionBox));
      tint(pixels.data);
      context.putImageData(pixels, 0, 0);
    };
    image.src = mask;
    return () => {
      isLatest = false;
    };
  }, [mask, columns, rows, scale, onRegions]);
  return (
    <canvas
      ref={canvas}
      width={columns}
      height={rows}
      className={styles["layer"]}
      hidden={!isShown}
      aria-hidden
    />
  );
}

/** White becomes the tint, black nothing; in place. */
function tint(data: Uint8ClampedArray): void {
  for (let at = 0; at < data.length; at += 4) {
    const level = data[at] ?? 0;
    data[at] = TINT[0];
    data[at + 1] = TINT[1];
    data[at + 2] = TINT[2];
    data[at + 3] = level * OPACITY;
  }
}
