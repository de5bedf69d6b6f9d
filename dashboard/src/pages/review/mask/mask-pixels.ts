import type { Size } from "../../../components/viewer/zoom.ts";

/** Longest side in pixels that a browser surely has a canvas of; a larger mask is drawn smaller, and fits all the same. */
const LONGEST = 4_096;

/** Of the canvas for a picture of this size. */
export function maskSize({ width, height }: Size): Size {
  const scale = Math.min(1, LONGEST / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

const CHANNELS = 4;

/** Brightness becomes opacity of one colour; RGBA, in place. */
export function levelsToAlpha(
  data: Uint8ClampedArray,
  [red, green, blue]: readonly [number, number, number],
): void {
  for (let at = 0; at < data.length; at += CHANNELS) {
    data[at + 3] = data[at] ?? 0;
    data[at] = red;
    data[at + 1] = green;
    data[at + 2] = blue;
  }
}

/** Opacity becomes brightness: white is repainted; RGBA, in place. @returns whether anything is */
export function alphaToLevels(data: Uint8ClampedArray): boolean {
  let isAny = false;
  for (let at = 0; at < data.length; at += CHANNELS) {
    const level = data[at + 3] ?? 0;
    isAny ||= level > 0;
    data.fill(level, at, at + 3);
    data[at + 3] = 255;
  }
  return isAny;
}

/** Base64 of a PNG, as a `data:` URI. @throws where the browser makes none */
export async function pngOf(canvas: HTMLCanvasElement): Promise<string> {
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
  if (blob === null) throw new Error("This browser cannot write the mask as a picture.");
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error ?? new Error("The mask cannot be read."));
    reader.readAsDataURL(blob);
  });
}
