import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { decodeImage, encodeImage } from "../src/image/codec.ts";
import { type RgbImage, toRgb } from "../src/image/samples.ts";
import { createInferencePool } from "../src/onnx/inference-pool.ts";
import { PACKAGE_ROOT } from "../src/package-root.ts";
import { drawMaskFigure } from "./mask-figure.ts";
import { drawRoundTripFigure } from "./round-trip-figure.ts";

/* The figures of docs/masks-and-zoom.md, drawn by the product's own code: npm run figures */

const FOLDER = path.join(PACKAGE_ROOT, "docs/images");
const photo = toRgb(
  (await decodeImage(await readFile(path.join(PACKAGE_ROOT, "examples/photos/astronaut.jpg")))).image,
);

await mkdir(FOLDER, { recursive: true });
const pool = createInferencePool({ threads: 1 });
try {
  await write("mask.png", await drawMaskFigure(photo, pool));
} finally {
  await pool.close();
}
await write("round-trip.png", drawRoundTripFigure(photo, 150, 60));

async function write(name: string, figure: RgbImage): Promise<void> {
  const bytes = await encodeImage(figure, { format: "png" });
  await writeFile(path.join(FOLDER, name), bytes);
  process.stdout.write(
    `docs/images/${name}: ${figure.width}x${figure.height}, ${Math.round(bytes.length / 1000)} kB\n`,
  );
}
