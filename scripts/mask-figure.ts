import { esrganDetail } from "../models/esrgan-detail.ts";
import { createDetector } from "../src/detection/detector.ts";
import { maskDetections } from "../src/detection/masks/mask-detections.ts";
import { MaskloomError } from "../src/errors.ts";
import { Canvas, type Color } from "../src/image/canvas.ts";
import type { Mask, PixelBox } from "../src/image/raster.ts";
import type { RgbImage } from "../src/image/samples.ts";
import { planZoomedCrop } from "../src/inpainting/crop-plan.ts";
import { findRegions } from "../src/inpainting/regions.ts";
import type { InferencePool } from "../src/onnx/inference-pool.ts";
import { caption, enlargeNearest, MARGIN, PAPER, tint } from "./figure.ts";

/** As in workflows/face-detail.yaml. */
const STEP = { confidence: 0.5, maskPadding: 8, maskBlur: 6, maskMargin: 48 };
const FOUND: Color = [86, 180, 233];
const REGION: Color = [230, 159, 0];
const CROP: Color = [213, 94, 0];
const SCALE = 2;
/** Pixels of the mask's corner that the second panel shows, and how large each becomes. */
const CORNER = 28;
const CORNER_SCALE = 16;

/** What face-detail does with one face: the detector's box, the mask with its fade, the region and the crop around it. */
export async function drawMaskFigure(photo: RgbImage, pool: InferencePool): Promise<RgbImage> {
  const detector = await createDetector("mediapipe_face_full", pool);
  const found = await detector.detect(photo, { confidence: STEP.confidence });
  const options = { maskPadding: STEP.maskPadding, maskBlur: STEP.maskBlur, invert: false };
  const { mask, detections } = maskDetections(photo, found.detections, detector.manifest, options);
  const [region] = findRegions(mask, STEP.maskMargin).regions;
  const [face] = detections;
  if (region === undefined || face === undefined)
    throw new MaskloomError("NOTHING_DETECTED", "the figure needs a picture with a face");
  const zoom = { maskMargin: STEP.maskMargin, outputScale: 2, skipIfLarger: false } as const;
  const { crop } = planZoomedCrop(region.box, photo, zoom, esrganDetail.capabilities.hard);

  const [x0, y0, x1, y1] = face.box.map(Math.round) as typeof face.box;
  const view = {
    x0: Math.max(0, crop.x0 - 16),
    y0: Math.max(0, crop.y0 - 16),
    x1: Math.min(photo.width, crop.x1 + 16),
    y1: Math.min(photo.height, crop.y1 + 16),
  };
  const overview = new Canvas(enlargeNearest(cutOut(tint(photo, mask), view), SCALE));
  const frame = (box: PixelBox, color: Color) => overview.strokeBox(within(box, view), 3, color);
  frame(crop, CROP);
  frame(region.box, REGION);
  frame({ x0, y0, x1, y1 }, FOUND);
  const corner = { ...region.box, x1: region.box.x0 + CORNER, y1: region.box.y0 + CORNER };
  const detail = new Canvas(enlargeNearest(cutOut(asPicture(mask), corner), CORNER_SCALE));
  return layOut(overview, detail);
}

function layOut(overview: Canvas, detail: Canvas): RgbImage {
  const text = 96;
  const width = overview.image.width + detail.image.width + MARGIN * 3;
  const height = Math.max(overview.image.height, detail.image.height) + text + MARGIN * 2;
  const sheet = Canvas.filled({ width, height }, PAPER);
  sheet.paste(overview.image, MARGIN, MARGIN);
  const right = overview.image.width + MARGIN * 2;
  sheet.paste(detail.image, right, MARGIN);
  const below = overview.image.height + MARGIN;
  caption(sheet, MARGIN, below, [
    ["box of the detector", FOUND],
    ["region: padding 8 and blur 6", REGION],
    ["crop: the region, margin 48", CROP],
  ]);
  caption(sheet, right, detail.image.height + MARGIN, [
    [`top left corner of the mask, x ${CORNER_SCALE}`],
    ["white: the box, padding 8"],
    ["grey: blur 6, all outside"],
  ]);
  return sheet.image;
}

function asPicture({ width, height, data }: Mask): RgbImage {
  const grey = Uint8Array.from({ length: data.length * 3 }, (_, at) => data[Math.floor(at / 3)] ?? 0);
  return { width, height, channels: 3, depth: 8, data: grey };
}

/** The box must lie within the picture. */
function cutOut(picture: RgbImage, { x0, y0, x1, y1 }: PixelBox): RgbImage {
  const canvas = Canvas.filled({ width: x1 - x0, height: y1 - y0 }, PAPER);
  for (let y = y0; y < y1; y++) {
    const from = (y * picture.width + x0) * 3;
    canvas.image.data.set(picture.data.subarray(from, from + (x1 - x0) * 3), (y - y0) * (x1 - x0) * 3);
  }
  return canvas.image;
}

const within = ({ x0, y0, x1, y1 }: PixelBox, view: PixelBox): PixelBox => ({
  x0: (x0 - view.x0) * SCALE,
  y0: (y0 - view.y0) * SCALE,
  x1: (x1 - view.x0) * SCALE,
  y1: (y1 - view.y0) * SCALE,
});
