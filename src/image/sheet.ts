import { Canvas, type Color, textSize } from "./canvas.ts";
import { boxSize, cropRows } from "./crop-rows.ts";
import type { Image, PixelBox, Size } from "./raster.ts";
import { scaleImage } from "./resample.ts";
import type { RgbImage } from "./samples.ts";

/** One row of a comparison: a caption and as many pictures as the sheet has columns. */
export interface SheetRow {
  readonly caption: string;
  readonly panels: readonly Panel[];
}

/** A cut-out of a picture; all panels of a row should show the same part, whatever their pictures' scales. */
interface Panel {
  readonly image: Image;
  readonly crop: PixelBox;
}

export interface SheetOptions {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly SheetRow[];
  /** Longest side of a panel in pixels; default 480. */
  readonly panelSide?: number;
}

const PAPER: Color = [250, 250, 248];
const INK: Color = [32, 32, 36];
const FAINT: Color = [120, 120, 126];
const GAP = 20;
const TITLE_SCALE = 3;
const TEXT_SCALE = 2;

/** A labelled sheet of pictures side by side, 8-bit RGB; encode it as PNG. Needs no fonts. */
export function composeSheet({ title, columns, rows, panelSide = 480 }: SheetOptions): RgbImage {
  const panels = rows.map((row) => row.panels.map((panel) => renderPanel(panel, panelSide)));
  const widths = columns.map((name, c) =>
    Math.max(textSize(name, TEXT_SCALE).width, ...panels.map((row) => row[c]?.width ?? 0)),
  );
  const heights = panels.map((row) => Math.max(0, ...row.map(({ height }) => height)));
  const titleSize = textSize(title, TITLE_SCALE);
  const lineHeight = textSize("", TEXT_SCALE).height;
  const widest = Math.max(
    widths.reduce((sum, width) => sum + width + GAP, -GAP),
    titleSize.width,
    ...rows.map(({ caption }) => textSize(caption, TEXT_SCALE).width),
  );
  const headHeight = GAP * 2 + titleSize.height + lineHeight;
  const height = heights.reduce((sum, side) => sum + side + lineHeight + GAP * 2, headHeight + GAP);
  const canvas = Canvas.filled({ width: widest + GAP * 2, height }, PAPER);
  canvas.drawText(title, GAP, GAP, TITLE_SCALE, INK);
  drawColumns(canvas, columns, widths, headHeight - lineHeight);
  let y = headHeight + GAP / 2;
  for (const [r, row] of rows.entries()) {
    let x = GAP;
    for (const [c, panel] of (panels[r] ?? []).entries()) {
      canvas.paste(panel, x, y);
      x += (widths[c] ?? 0) + GAP;
    }
    y += (heights[r] ?? 0) + GAP / 2;
    canvas.drawText(row.caption, GAP, y, TEXT_SCALE, FAINT);
    y += lineHeight + (GAP * 3) / 2;
  }
  return canvas.image;
}

function drawColumns(canvas: Canvas, columns: readonly string[], widths: readonly number[], y: number): void {
  let x = GAP;
  for (const [c, name] of columns.entries()) {
    canvas.drawText(name, x, y, TEXT_SCALE, INK);
    x += (widths[c] ?? 0) + GAP;
  }
}

function renderPanel({ image, crop }: Panel, side: number): RgbImage {
  const size = fitWithin(boxSize(crop), side);
  const { data } = scaleImage(cropRows(image, crop), size);
  const samples = Uint8Array.from(data, (value) => Math.min(255, Math.max(0, Math.round(value))));
  return { ...size, channels: 3, depth: 8, data: samples };
}

function fitWithin({ width, height }: Size, side: number): Size {
  const scale = side / Math.max(width, height);
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}
