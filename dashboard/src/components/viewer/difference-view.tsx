import { useEffect, useRef, useState } from "react";
import { differenceOf } from "./difference.ts";
import styles from "./difference-view.module.css";

interface DifferenceViewProps {
  readonly before: string;
  readonly after: string;
}

/** Longest side in pixels of what is compared; more is not seen, and takes long on a phone. */
const LONGEST = 1_600;
const GAIN = 6;

/** Where before and after differ, and how much, as heat. */
export function DifferenceView({ before, after }: DifferenceViewProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [failure, setFailure] = useState<string | null>(null);
  useEffect(() => {
    let isGone = false;
    Promise.all([load(before), load(after)])
      .then(([one, other]) => {
        if (!isGone && canvas.current !== null) draw(canvas.current, one, other);
      })
      .catch((error: unknown) => setFailure(error instanceof Error ? error.message : String(error)));
    return () => {
      isGone = true;
    };
  }, [before, after]);
  return (
    <>
      <canvas
        ref={canvas}
        className={styles["canvas"]}
        role="img"
        aria-label="Difference of before and after"
      />
      {failure !== null && <p role="alert">{failure}</p>}
    </>
  );
}

function draw(canvas: HTMLCanvasElement, before: HTMLImageElement, after: HTMLImageElement): void {
  const { naturalWidth, naturalHeight } = before;
  const scale = Math.min(1, LONGEST / Math.max(naturalWidth, naturalHeight));
  canvas.width = Math.max(1, Math.round(naturalWidth * scale));
  canvas.height = Math.max(1, Math.round(naturalHeight * scale));
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (context === null) throw new Error("This browser draws no canvas, so the difference cannot be shown.");
  const { width, height } = canvas;
  const pixelsOf = (image: HTMLImageElement) => {
    context.clearRect(0, 0, width, height);
    context.drawImage(image, 0, 0, width, height);
    return context.getImageData(0, 0, width, height).data;
  };
  const { pixels, changed } = differenceOf(pixelsOf(before), pixelsOf(after), GAIN);
  context.putImageData(new ImageData(pixels, width, height), 0, 0);
  canvas.dataset["changed"] = String(changed);
}

async function load(artifact: string): Promise<HTMLImageElement> {
  const image = new Image();
  image.src = `/api/artifacts/${artifact}`;
  await image.decode();
  return image;
}
