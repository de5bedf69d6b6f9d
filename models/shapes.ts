import type { DetectorManifest } from "../src/contracts/manifest.ts";
import type { ShapeName } from "../src/contracts/tasks.ts";

/** Every shape that the finds of a model can be given; the one that they have unless another is asked for comes first. */
export function shapesOf({ shape, shapes = [] }: Pick<DetectorManifest, "shape" | "shapes">): ShapeName[] {
  return [shape, ...shapes.filter((other) => other !== shape)];
}
