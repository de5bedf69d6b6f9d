import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { decodeImage, encodeImage } from "../src/image/codec.ts";
import { type RgbImage, toRgb } from "../src/image/samples.ts";
import { createInferencePool } from "../src/onnx/inference-pool.ts";
import { PACKAGE_ROOT } from "../src/package-root.ts";
import { drawMaskFigure } from "./mask-figure.ts";
import { drawModelsFigure } from "./models-figure.ts";
import { drawRoundTripFigure } from "./round-trip-figure.ts";
import { drawWorkflowsFigure } from "./workflows-figure.ts";

/* The figures of README and docs, drawn by the product's own code: npm run figures */

const FOLDER = path.join(PACKAGE_ROOT, "docs/images");
const photo = await readPhoto("astronaut.jpg");
const hopper = await readPhoto("grace_hopper.jpg");

await mkdir(FOLDER, { recursive: true });
const pool = createInferencePool({ threads: 1 });
try {
  await write("mask.png", await drawMaskFigure(photo, pool));
  const portraits = [
    { name: "astronaut.jpg", photo },
    { name: "grace_hopper.jpg", photo: hopper },
  ] as const;
  await write("models.jpg", await drawModelsFigure(portraits, pool), "jpg");
  await write("workflows.jpg", await drawWorkflowsFigure(portraits), "jpg");
} finally {
  await pool.close();
}
await write("round-trip.png", drawRoundTripFigure(photo, 150, 60));

async function readPhoto(name: string): Promise<RgbImage> {
  const bytes = await readFile(path.join(PACKAGE_ROOT, "examples/photos", name));
  return toRgb((await decodeImage(bytes)).image);
}

async function write(name: string, figure: RgbImage, format: "png" | "jpg" = "png"): Promise<void> {
  const bytes = await encodeImage(figure, format === "jpg" ? { format, quality: 85 } : { format });
  await writeFile(path.join(FOLDER, name), bytes);
  process.stdout.write(
    `docs/images/${name}: ${figure.width}x${figure.height}, ${Math.round(bytes.length / 1000)} kB\n`,
  );
}
