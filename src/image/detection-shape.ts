import type { Detection, Point } from "../contracts/detection.ts";
import type { ShapeName } from "../contracts/tasks.ts";
import { MaskloomError } from "../errors.ts";
import type { Shape } from "./mask-shape.ts";

/** The shape of a detection that a step asked for. Errors: INPUT_INVALID where the model does not give it. */
export function detectionShape(detection: Detection, name: ShapeName): Shape {
  const { box, polygon, landmarks } = detection;
  switch (name) {
    case "box":
    case "ellipse":
      return { kind: name, box };
    case "segmentation":
      if (polygon === undefined) throw missing(detection, name, "an outline");
      return { kind: "polygon", points: polygon };
    case "hull": {
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
