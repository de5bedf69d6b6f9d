import type { Detection, Point } from "../contracts/detection.ts";
import { Canvas, type Color, textSize } from "./canvas.ts";
import type { Image } from "./raster.ts";
import { type RgbImage, toRgb } from "./samples.ts";

/** Told apart by most colour-blind eyes too (Okabe & Ito, Color Universal Design, 2008). */
const COLORS: readonly Color[] = [
  [230, 159, 0],
  [86, 180, 233],
  [0, 158, 115],
  [240, 228, 66],
  [213, 94, 0],
  [204, 121, 167],
];
const INK: Color = [20, 20, 24];
/** A skeleton's points are told apart one by one, those of a mesh only together. */
const FEW_LANDMARKS = 40;

/** A copy of the image, 8-bit RGB, with every detection's box, number, score, outline, keypoints and landmarks. */
export function drawDetections(image: Image, detections: readonly Detection[]): RgbImage {
  const rgb = toRgb(image);
  const canvas = new Canvas({ ...rgb, data: rgb.data.slice() });
  // Readable on the whole picture at any resolution.
  const unit = Math.max(1, Math.round(Math.max(image.width, image.height) / 700));
  for (const [i, detection] of detections.entries()) {
    const color = COLORS[i % COLORS.length] ?? INK;
    drawShape(canvas, detection, unit, color);
    drawLabel(canvas, detection, i + 1, unit, color);
  }
  return canvas.image;
}

function drawShape(canvas: Canvas, detection: Detection, unit: number, color: Color): void {
  const { box, polygon = [], polygons = [polygon], keypoints = [], landmarks = [] } = detection;
  const [x0, y0, x1, y1] = box.map(Math.round) as typeof box;
  canvas.strokeBox({ x0, y0, x1, y1 }, unit * 2, color);
  for (const outline of polygons) {
    for (const [i, point] of outline.entries()) {
      canvas.drawLine(point, outline[(i + 1) % outline.length] ?? point, unit, color);
    }
  }
  const points = landmarks.map(([x, y]): Point => [x, y]);
  if (points.length > FEW_LANDMARKS) for (const point of points) canvas.drawDot(point, unit, color);
  else drawMarks(canvas, points, unit, color);
  drawMarks(canvas, keypoints, unit, color);
}

function drawMarks(canvas: Canvas, points: readonly Point[], unit: number, color: Color): void {
  for (const point of points) {
    canvas.drawDot(point, unit * 5, INK);
    canvas.drawDot(point, unit * 3, color);
  }
}

/** Number and score on a plate above the box, or within it where there is no room above. */
function drawLabel(
  canvas: Canvas,
  { box, score, label }: Detection,
  number: number,
  unit: number,
  color: Color,
): void {
  const text = `${number} ${label}${score === null ? "" : ` ${score.toFixed(2)}`}`;
  const [left, top] = [Math.round(box[0]), Math.round(box[1])];
  const { width, height } = textSize(text, unit);
  const pad = unit * 2;
  const x0 = Math.max(0, Math.min(left, canvas.image.width - width - pad * 2));
  const above = top - height - pad * 2;
  const y0 = above >= 0 ? above : Math.max(0, top);
  canvas.fillBox({ x0, y0, x1: x0 + width + pad * 2, y1: y0 + height + pad * 2 }, color);
  canvas.drawText(text, x0 + pad, y0 + pad, unit, INK);
}
