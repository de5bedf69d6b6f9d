import type { Detection, Point } from "../contracts/detection.ts";
import type { ShapeName } from "../contracts/tasks.ts";
import { MaskloomError } from "../errors.ts";
import type { Shape } from "./mask-shape.ts";
import type { Size } from "./raster.ts";
import { roundDetection } from "./round-detection.ts";

/** A detection with the areas that do not fit into its public form. */
export interface Found extends Detection {
  /** What `segmentation` means for it, pixel by pixel; without it, its polygon. */
  readonly segmentation?: Shape;
  /** What `hull` means for it, such as two eyes; without it, the hull of its landmarks. */
  readonly hull?: Shape;
}

/**
 * The public form, of a picture of that size: boxes end at its edges, as the API's do, while keypoints, landmarks and
 * outlines stay where they are. Masks are made of what was found, whose boxes may reach beyond. A mesh of 468 points is
 * stored with every face, so digits that mean nothing are left out.
 */
export function toDetections(finds: readonly Found[], { width, height }: Size): Detection[] {
  const across = (x: number): number => Math.min(width, Math.max(0, x));
  const down = (y: number): number => Math.min(height, Math.max(0, y));
  return finds.map(({ segmentation: _pixels, hull: _parts, box: [x0, y0, x1, y1], ...detection }) =>
    roundDetection({ ...detection, box: [across(x0), down(y0), across(x1), down(y1)] }),
  );
}

/** The shape of a detection that a step asked for. Errors: INPUT_INVALID where the model does not give it. */
export function detectionShape(detection: Found, name: ShapeName): Shape {
  const { box, polygon, landmarks, segmentation, hull } = detection;
  switch (name) {
    case "box":
    case "ellipse":
      return { kind: name, box };
    case "segmentation":
      if (segmentation !== undefined) return segmentation;
      if (polygon === undefined) throw missing(detection, name, "an outline");
      return { kind: "polygon", points: polygon };
    case "hull": {
      if (hull !== undefined) return hull;
      const points = landmarks?.map(([x, y]): Point => [x, y]) ?? polygon;
      if (points === undefined) throw missing(detection, name, "landmarks");
      return { kind: "hull", points };
    }
  }
}

function missing({ label }: Detection, name: ShapeName, what: string): MaskloomError {
  return new MaskloomError(
    "INPUT_INVALID",
    `shape: ${name} needs ${what}, which this model does not give for "${label}": choose box or ellipse, or another model`,
  );
}
