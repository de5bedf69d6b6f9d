import type { Turn } from "../../src/contracts/tasks.ts";
import { boxSize } from "../../src/image/crop-rows.ts";
import { coverBox } from "../../src/image/fit-cover.ts";
import type { Size } from "../../src/image/raster.ts";

/* The frame of an imageInference task: what is worked on has the size that `width` and `height` ask for. */

/** One side alone keeps the picture's shape. */
export function frameOf(
  image: Size,
  { width, height }: { width?: number | undefined; height?: number | undefined },
): Size {
  const shape = image.width / image.height;
  if (width === undefined && height === undefined) return { width: image.width, height: image.height };
  return {
    width: width ?? Math.max(1, Math.round((height ?? image.height) * shape)),
    height: height ?? Math.max(1, Math.round((width ?? image.width) / shape)),
  };
}

/** A warning that says what became of a picture of another size. */
export function describeFit(image: Size, frame: Size): string[] {
  if (image.width === frame.width && image.height === frame.height) return [];
  const { width, height } = boxSize(coverBox(image, frame));
  return [
    `the seed image has ${image.width}x${image.height} pixels and was fitted by cover: the ${width}x${height} in its middle were ` +
      `scaled to ${frame.width}x${frame.height}, and a mask with it`,
  ];
}

/** Faces of the picture where they are in its frame. */
export function fitTurns(turns: readonly Turn[], image: Size, frame: Size): Turn[] {
  const kept = coverBox(image, frame);
  const { width, height } = boxSize(kept);
  const x = (value: number): number => ((value - kept.x0) * frame.width) / width;
  const y = (value: number): number => ((value - kept.y0) * frame.height) / height;
  return turns.map(({ box: [x0, y0, x1, y1], roll }) => ({ box: [x(x0), y(y0), x(x1), y(y1)], roll }));
}
