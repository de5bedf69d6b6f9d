import path from "node:path";
import process from "node:process";
import { z } from "zod";
import { readConfig } from "../config/config.ts";
import { DetectResult } from "../contracts/detection.ts";
import { MaskloomError, parseAs } from "../errors.ts";
import { encodeImage } from "../image/codec.ts";
import { toDetections } from "../image/detection-shape.ts";
import { drawDetections } from "../image/draw.ts";
import { type DetectedFile, detectInFiles, requirePlace } from "./detect-files.ts";
import { type DetectionOptions, selectionOf } from "./detection-options.ts";
import { EXIT } from "./exit-codes.ts";
import { collectInputFiles, type InputFiles, refuseWithoutFiles } from "./input-files.ts";
import { noPictures } from "./listing/left-out.ts";
import { assignOutputNames } from "./output-names.ts";
import { onOneLine, paint, printJson, printLine } from "./terminal.ts";
import { writeFileWhole } from "./write-file.ts";

interface DetectCommandOptions extends DetectionOptions {
  readonly json?: true;
  readonly draw?: string;
}

export async function detect(images: readonly string[], options: DetectCommandOptions): Promise<void> {
  const selection = selectionOf(options);
  const config = readConfig();
  requirePlace(options, config);
  const inputs = await collectInputFiles(images, options.draw);
  if (inputs.files.length + inputs.problems.length === 0) throw noPictures(images, inputs.leftOut);
  refuseWithoutFiles(inputs);
  const drawings = drawingTargets(options.draw, inputs);
  const results: DetectResult[] = [];
  const make = async (detected: DetectedFile) => {
    const target = drawings.get(detected.file.path);
    if (target !== undefined) await drawTo(target, detected);
    return toResult(detected);
  };
  const good = await detectInFiles(inputs, options, selection, config, make, (result) => {
    if (options.json) results.push(result);
    else printResult(result);
  });
  if (options.json) printJson(parseAs(z.array(DetectResult), results, "detections", "OUTPUT_INVALID"));
  process.exitCode = good ? EXIT.good : EXIT.failed;
}

/** What nobody calls a folder. */
const OTHER_PICTURES = /\.(jpe?g|webp|gif|bmp|tiff?|avif)$/i;

/** One image: the file itself, or its name in an existing folder; several: their relative names in a folder. */
function drawingTargets(draw: string | undefined, { files }: InputFiles): ReadonlyMap<string, string> {
  if (draw === undefined) return new Map();
  const isFile = path.extname(draw).toLowerCase() === ".png";
  const [only] = files;
  if (isFile && files.length === 1 && only !== undefined) {
    refuseInput(
      path.resolve(draw),
      files.map((file) => file.path),
      "--draw",
    );
    return new Map([[only.path, path.resolve(draw)]]);
  }
  if (OTHER_PICTURES.test(draw)) {
    throw new MaskloomError(
      "INPUT_INVALID",
      `--draw ${draw}: expected a name that ends in .png, because drawings are PNG, or a folder`,
    );
  }
  if (isFile) {
    throw new MaskloomError(
      "INPUT_INVALID",
      `--draw ${draw}: expected a folder, because there are ${files.length} images`,
    );
  }
  const names = assignOutputNames(
    files.map((file) => file.name),
    "png",
  );
  const targets = names.map((name) => path.resolve(draw, name));
  for (const target of targets)
    refuseInput(
      target,
      files.map((file) => file.path),
      "--draw",
    );
  return new Map(files.map((file, at) => [file.path, targets[at] ?? ""]));
}

/** @throws INPUT_INVALID where a result would take the place of a picture that was given */
export function refuseInput(target: string, inputs: readonly string[], option: string): void {
  if (!inputs.includes(target)) return;
  throw new MaskloomError(
    "INPUT_INVALID",
    `${option}: ${target} is one of the inputs and would be overwritten; choose another place`,
  );
}

async function drawTo(target: string, { readImage, detections }: DetectedFile): Promise<void> {
  const drawn = drawDetections(await readImage(), detections);
  await writeFileWhole(target, await encodeImage(drawn, { format: "png" }));
}

function toResult({ file, size, manifest, detections, ms }: DetectedFile): DetectResult {
  const { width, height } = size;
  return {
    file: file.given,
    width,
    height,
    model: manifest.id,
    detections: toDetections(detections, size),
    ms,
  };
}

function printResult({ file, width, height, detections, ms }: DetectResult): void {
  const total = Object.values(ms).reduce((sum, part) => sum + part, 0);
  const count = `${detections.length} ${detections.length === 1 ? "find" : "finds"}`;
  printLine(
    `${paint("bold", onOneLine(file), process.stdout)}  ${width}x${height}  ${count}  ${Math.round(total)} ms`,
  );
  for (const [at, { label, score, box }] of detections.entries()) {
    const [x0, y0, x1, y1] = box.map((value) => Math.round(value * 10) / 10);
    const sure = score === null ? "" : `  ${score.toFixed(2)}`;
    printLine(`  ${at + 1}  ${label}${sure}  x ${x0} to ${x1}, y ${y0} to ${y1}`);
  }
}
