import { Canvas, type Color, textSize } from "./canvas.ts";
import type { Size } from "./raster.ts";
import type { RgbImage } from "./samples.ts";

/** A picture of a contact sheet. */
export interface SheetCell {
  /** No side longer than `CELL_SIDE`; null where there is none to show. */
  readonly image: RgbImage | null;
  readonly name: string;
  /** What was found, or why there is nothing. */
  readonly text: string;
  readonly tone: "found" | "empty" | "failed";
}

export interface ContactSheet {
  readonly title: string;
  readonly cells: readonly SheetCell[];
}

/** Longest side of a picture on a sheet, in pixels. */
export const CELL_SIDE = 380;
const COLUMNS = 4;
/** Pictures on a full sheet. */
export const SHEET_CELLS = COLUMNS * 5;

const PAPER: Color = [250, 250, 248];
const FRAME: Color = [236, 235, 231];
const INK: Color = [32, 32, 36];
const TONES: Readonly<Record<SheetCell["tone"], Color>> = {
  found: [16, 110, 70],
  empty: [120, 120, 126],
  failed: [190, 45, 35],
};
const GAP = 24;
const TITLE_SCALE = 3;
const TEXT_SCALE = 2;
const LINE = textSize("", TEXT_SCALE).height + 8;
const STEP: Size = { width: CELL_SIDE + GAP, height: CELL_SIDE + GAP + LINE * 2 + 8 };

/** Small pictures in rows, each with its name and what was found; 8-bit RGB, encode it as PNG. Needs no fonts. */
export function composeContactSheet({ title, cells }: ContactSheet): RgbImage {
  const columns = Math.min(COLUMNS, Math.max(1, cells.length));
  const head = GAP * 2 + textSize("", TITLE_SCALE).height;
  const canvas = Canvas.filled(
    {
      width: Math.max(columns * STEP.width, textSize(title, TITLE_SCALE).width + GAP) + GAP,
      height: head + Math.ceil(cells.length / columns) * STEP.height,
    },
    PAPER,
  );
  canvas.drawText(title, GAP, GAP, TITLE_SCALE, INK);
  for (const [at, cell] of cells.entries()) {
    const x = GAP + (at % columns) * STEP.width;
    drawCell(canvas, cell, x, head + Math.floor(at / columns) * STEP.height);
  }
  return canvas.image;
}

function drawCell(canvas: Canvas, { image, name, text, tone }: SheetCell, x: number, y: number): void {
  canvas.fillBox({ x0: x, y0: y, x1: x + CELL_SIDE, y1: y + CELL_SIDE }, FRAME);
  if (image !== null) {
    const left = x + Math.floor((CELL_SIDE - image.width) / 2);
    canvas.paste(image, left, y + Math.floor((CELL_SIDE - image.height) / 2));
  }
  canvas.drawText(shorten(name, "start"), x, y + CELL_SIDE + 8, TEXT_SCALE, INK);
  canvas.drawText(shorten(text, "end"), x, y + CELL_SIDE + 8 + LINE, TEXT_SCALE, TONES[tone]);
}

/** As much as there is room for. Names are told apart by their ends, sentences by their beginnings. */
function shorten(text: string, leaveOut: "start" | "end"): string {
  const most = Math.floor(CELL_SIDE / (textSize("MM", TEXT_SCALE).width - textSize("M", TEXT_SCALE).width));
  if (text.length <= most) return text;
  return leaveOut === "start" ? `..${text.slice(2 - most)}` : `${text.slice(0, most - 2)}..`;
}
