import type { Point, Point3 } from "../contracts/detection.ts";
import type { Found } from "./detection-shape.ts";
import type { Shape } from "./mask-shape.ts";
import type { PixelBox } from "./raster.ts";

/** Pixels of the target for one of the source, across and down; nearly the same number twice. */
export interface Scale {
  readonly x: number;
  readonly y: number;
}

/** What was found in a smaller copy of a picture, in pixels of the picture. */
export function scaleDetection(found: Found, scale: Scale): Found {
  const { keypoints, landmarks, polygon, polygons, segmentation, hull } = found;
  const point = ([x, y]: Point): Point => [x * scale.x, y * scale.y];
  /* Depth is measured in pixels across. */
  const point3 = ([x, y, z]: Point3): Point3 => [x * scale.x, y * scale.y, z * scale.x];
  const [x0, y0, x1, y1] = found.box;
  return {
    ...found,
    box: [...point([x0, y0]), ...point([x1, y1])],
    ...(keypoints === undefined ? {} : { keypoints: keypoints.map(point) }),
    ...(landmarks === undefined ? {} : { landmarks: landmarks.map(point3) }),
    ...(polygon === undefined ? {} : { polygon: polygon.map(point) }),
    ...(polygons === undefined ? {} : { polygons: polygons.map((outline) => outline.map(point)) }),
    ...(segmentation === undefined ? {} : { segmentation: scaleShape(segmentation, scale) }),
    ...(hull === undefined ? {} : { hull: scaleShape(hull, scale) }),
  };
}

export function scaleShape(shape: Shape, scale: Scale): Shape {
  switch (shape.kind) {
    case "box":
    case "ellipse": {
      const [x0, y0, x1, y1] = shape.box;
      return { kind: shape.kind, box: [x0 * scale.x, y0 * scale.y, x1 * scale.x, y1 * scale.y] };
    }
    case "polygon":
    case "hull":
      return {
        kind: shape.kind,
        points: shape.points.map(([x, y]): Point => [x * scale.x, y * scale.y]),
      };
    case "patch":
      return scalePatch(shape.box, shape.data, scale);
    case "parts":
      return { kind: "parts", parts: shape.parts.map((part) => scaleShape(part, scale)) };
  }
}

/** Every pixel is what the source shows at its centre. */
function scalePatch(box: PixelBox, data: Uint8Array, scale: Scale): Shape {
  const [fromWidth, fromHeight] = [box.x1 - box.x0, box.y1 - box.y0];
  const x0 = Math.round(box.x0 * scale.x);
  const y0 = Math.round(box.y0 * scale.y);
  const x1 = Math.max(x0 + 1, Math.round(box.x1 * scale.x));
  const y1 = Math.max(y0 + 1, Math.round(box.y1 * scale.y));
  const [width, height] = [x1 - x0, y1 - y0];
  const columns = Int32Array.from({ length: width }, (_, x) => Math.floor(((x + 0.5) / width) * fromWidth));
  const scaled = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    const line = Math.floor(((y + 0.5) / height) * fromHeight) * fromWidth;
    for (let x = 0; x < width; x++) scaled[y * width + x] = data[line + (columns[x] as number)] as number;
  }
  return { kind: "patch", box: { x0, y0, x1, y1 }, data: scaled };
}
