import path from "node:path";
import { encodeImage } from "../../image/codec.ts";
import { CELL_SIDE, composeContactSheet, SHEET_CELLS, type SheetCell } from "../../image/contact-sheet.ts";
import { cropRows } from "../../image/crop-rows.ts";
import { drawDetections } from "../../image/draw.ts";
import { scaleImage } from "../../image/resample.ts";
import type { RgbImage } from "../../image/samples.ts";
import { scaleDetection } from "../../image/scale-detection.ts";
import type { PictureLook } from "../../runs/dry-run/picture-looker.ts";
import { writeFileWhole } from "../write-file.ts";

/** In the folder of results: what a dry run found. */
export const DRY_RUN_FOLDER = "maskloom-dry-run";
export const DRY_RUN_NAME = "maskloom-dry-run.json";

/** Writes contact sheets of 20 pictures as the pictures come. */
export class ContactSheets {
  readonly #out: string;
  readonly #title: string;
  readonly #pages: number;
  #cells: SheetCell[] = [];
  #written = 0;

  /** @param pictures how many will come */
  constructor(out: string, title: string, pictures: number) {
    this.#out = out;
    this.#title = title;
    this.#pages = Math.max(1, Math.ceil(pictures / SHEET_CELLS));
  }

  /** @returns the file that the picture is on, relative to the out folder, with `/` */
  async add(cell: SheetCell): Promise<string> {
    const file = `${DRY_RUN_FOLDER}/sheet-${this.#written + 1}.png`;
    if (this.#cells.push(cell) === SHEET_CELLS) await this.#write();
    return file;
  }

  /** @returns how many sheets there are */
  async finish(): Promise<number> {
    if (this.#cells.length > 0) await this.#write();
    return this.#written;
  }

  async #write(): Promise<void> {
    this.#written += 1;
    const title = `${this.#title}, sheet ${this.#written} of ${Math.max(this.#pages, this.#written)}`;
    const sheet = composeContactSheet({ title, cells: this.#cells });
    this.#cells = [];
    const file = path.join(this.#out, DRY_RUN_FOLDER, `sheet-${this.#written}.png`);
    await writeFileWhole(file, await encodeImage(sheet, { format: "png" }));
  }
}

/** A picture that was looked at, small, with boxes and scores; counts and scores below. */
export function cellOf(name: string, look: PictureLook): SheetCell {
  const counts = look.finds.map(({ step, detections }) => `${step} ${detections.length}`).join(", ");
  const found = look.finds.flatMap(({ detections }) => detections);
  const scores = found.flatMap(({ score }) => (score === null ? [] : [score.toFixed(2)]));
  const text = scores.length === 0 ? counts : `${counts}: ${scores.join(" ")}`;
  return { image: drawSmall(look), name, text, tone: found.length === 0 ? "empty" : "found" };
}

function drawSmall({ size, pixels, finds }: PictureLook): RgbImage {
  const scale = Math.min(1, CELL_SIDE / Math.max(size.width, size.height));
  const small = {
    width: Math.max(1, Math.round(size.width * scale)),
    height: Math.max(1, Math.round(size.height * scale)),
  };
  const whole = { x0: 0, y0: 0, x1: pixels.width, y1: pixels.height };
  const { data } = scaleImage(cropRows(pixels, whole), small);
  const samples = Uint8Array.from(data, (value) => Math.min(255, Math.max(0, Math.round(value))));
  const factor = { x: small.width / size.width, y: small.height / size.height };
  const found = finds.flatMap(({ detections }) => detections.map((one) => scaleDetection(one, factor)));
  return drawDetections({ ...small, channels: 3, depth: 8, data: samples }, found);
}
