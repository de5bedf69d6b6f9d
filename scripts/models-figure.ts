import { createDetector } from "../src/detection/detector.ts";
import { maskDetections } from "../src/detection/masks/mask-detections.ts";
import { drawDetections } from "../src/image/draw.ts";
import type { PixelBox } from "../src/image/raster.ts";
import type { RgbImage } from "../src/image/samples.ts";
import { composeSheet } from "../src/image/sheet.ts";
import type { InferencePool } from "../src/onnx/inference-pool.ts";
import { tint } from "./figure.ts";

/** As close as the panels of facial features go: the face's box, widened by this share of it. */
const CLOSE = 0.25;
const PANEL = 330;
const MASK = { maskPadding: 2, maskBlur: 4, invert: false } as const;

export interface Portrait {
  readonly name: string;
  readonly photo: RgbImage;
}

/** What four of the models give for the bundled photos: a box, landmarks, a mask of features, a segmentation. */
export async function drawModelsFigure(
  portraits: readonly Portrait[],
  pool: InferencePool,
): Promise<RgbImage> {
  const [faces, mesh, features, people] = await Promise.all(
    ["mediapipe_face_full", "mediapipe_face_mesh", "eyes_lips_mesh", "mediapipe_person"].map((id) =>
      createDetector(id, pool),
    ),
  );
  if (faces === undefined || mesh === undefined || features === undefined || people === undefined)
    return never();
  const rows = portraits.map(async ({ name, photo }) => {
    const found = await faces.detect(photo, { confidence: 0.5 });
    const points = (await mesh.detect(photo)).detections.map(({ landmarks = [], box, score, label }) => ({
      landmarks,
      box,
      score,
      label,
    }));
    const parts = maskDetections(
      photo,
      (await features.detect(photo)).detections,
      features.manifest,
      MASK,
    ).mask;
    const person = maskDetections(photo, (await people.detect(photo)).detections, people.manifest, MASK).mask;
    const close = closeUp(points[0]?.box ?? [0, 0, photo.width, photo.height], photo);
    const whole = { x0: 0, y0: 0, x1: photo.width, y1: photo.height };
    return {
      caption: name,
      panels: [
        { image: drawDetections(photo, found.detections), crop: whole },
        { image: drawDetections(photo, points), crop: close },
        { image: tint(photo, parts), crop: close },
        { image: tint(photo, person), crop: whole },
      ],
    };
  });
  return composeSheet({
    title: "One picture, four of the models",
    columns: ["mediapipe_face_full", "mediapipe_face_mesh", "eyes_lips_mesh", "mediapipe_person"],
    rows: await Promise.all(rows),
    panelSide: PANEL,
  });
}

function never(): never {
  throw new RangeError("four models were asked for");
}

function closeUp([x0, y0, x1, y1]: readonly [number, number, number, number], photo: RgbImage): PixelBox {
  const [wider, higher] = [(x1 - x0) * CLOSE, (y1 - y0) * CLOSE];
  return {
    x0: Math.max(0, Math.floor(x0 - wider)),
    y0: Math.max(0, Math.floor(y0 - higher)),
    x1: Math.min(photo.width, Math.ceil(x1 + wider)),
    y1: Math.min(photo.height, Math.ceil(y1 + higher)),
  };
}
