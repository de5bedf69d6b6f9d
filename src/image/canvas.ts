import type { Point } from "../contracts/detection.ts";
import { GLYPH_HEIGHT, textWidth, traceText } from "./pixel-font.ts";
import type { PixelBox, Size } from "./raster.ts";
import type { RgbImage } from "./samples.ts";

export type Color = readonly [red: number, green: number, blue: number];

/** An 8-bit RGB picture to draw on; everything beyond its edges is cut off. */
export class Canvas {
  readonly image: RgbImage;

  constructor(image: RgbImage) {
    this.image = image;
  }

  static filled({ width, height }: Size, color: Color): Canvas {
    const canvas = new Canvas({
      width,
      height,
      channels: 3,
      depth: 8,
      data: new Uint8Array(width * height * 3),
    });
    canvas.fillBox({ x0: 0, y0: 0, x1: width, y1: height }, color);
    return canvas;
  }

  fillBox(box: PixelBox, [red, green, blue]: Color): void {
    const { width, height, data } = this.image;
    for (let y = Math.max(0, box.y0); y < Math.min(height, box.y1); y++) {
      for (let x = Math.max(0, box.x0); x < Math.min(width, box.x1); x++) {
        const at = (y * width + x) * 3;
        data[at] = red;
        data[at + 1] = green;
        data[at + 2] = blue;
      }
    }
  }

  /** A frame whose outer edge is the box. */
  strokeBox({ x0, y0, x1, y1 }: PixelBox, thickness: number, color: Color): void {
    this.fillBox({ x0, y0, x1, y1: y0 + thickness }, color);
    this.fillBox({ x0, y0: y1 - thickness, x1, y1 }, color);
    this.fillBox({ x0, y0, x1: x0 + thickness, y1 }, color);
    this.fillBox({ x0: x1 - thickness, y0, x1, y1 }, color);
  }

  /** A square dot centred on a point. */
  drawDot([x, y]: Point, side: number, color: Color): void {
    const x0 = Math.round(x - side / 2);
    const y0 = Math.round(y - side / 2);
    this.fillBox({ x0, y0, x1: x0 + side, y1: y0 + side }, color);
  }

  drawLine([x0, y0]: Point, [x1, y1]: Point, thickness: number, color: Color): void {
    const steps = Math.max(1, Math.ceil(Math.max(Math.abs(x1 - x0), Math.abs(y1 - y0))));
    for (let i = 0; i <= steps; i++) {
      const t = i / steps;
      this.drawDot([x0 + (x1 - x0) * t, y0 + (y1 - y0) * t], thickness, color);
    }
  }

  /** Text whose top left corner is at (x, y), every pixel of a letter `scale` pixels wide. */
  drawText(text: string, x: number, y: number, scale: number, color: Color): void {
    traceText(text, (dx, dy) => {
      const [x0, y0] = [x + dx * scale, y + dy * scale];
      this.fillBox({ x0, y0, x1: x0 + scale, y1: y0 + scale }, color);
    });
  }

  /** Copies a picture so that its top left corner is at (x, y); it must fit. */
  paste({ width, height, data }: RgbImage, x: number, y: number): void {
    for (let row = 0; row < height; row++) {
      const line = data.subarray(row * width * 3, (row + 1) * width * 3);
      this.image.data.set(line, ((y + row) * this.image.width + x) * 3);
    }
  }
}

export const textSize = (text: string, scale: number): Size => ({
  width: textWidth(text) * scale,
  height: GLYPH_HEIGHT * scale,
});
