import path from "node:path";
import process from "node:process";
import { readConfig } from "../config/config.ts";
import type { ShapeName } from "../contracts/tasks.ts";
import { maskDetections } from "../detection/masks/mask-detections.ts";
import { requireShape } from "../detection/masks/require-shape.ts";
import { createModelLibrary } from "../detection/weights/model-library.ts";
import { MaskloomError } from "../errors.ts";
import { encodeMask } from "../image/codec.ts";
import { manifestElsewhere } from "../runs/detector-elsewhere.ts";
import { refuseInput } from "./detect.ts";
import { type DetectedFile, detectInFiles, isElsewhere, requirePlace } from "./detect-files.ts";
import { type DetectionOptions, selectionOf } from "./detection-options.ts";
import { EXIT } from "./exit-codes.ts";
import { collectInputFiles, type InputFile, refuseWithoutFiles } from "./input-files.ts";
import { noPictures } from "./listing/left-out.ts";
import { assignOutputNames } from "./output-names.ts";
import { printLine, sayWarning } from "./terminal.ts";
import { writeFileWhole } from "./write-file.ts";

interface MaskCommandOptions extends DetectionOptions {
  readonly output?: string;
  readonly out?: string;
  readonly padding: number;
  readonly blur: number;
  readonly shape?: ShapeName;
  readonly invert?: true;
}

export async function mask(images: readonly string[], options: MaskCommandOptions): Promise<void> {
  const selection = selectionOf(options);
  const config = readConfig();
  requirePlace(options, config);
  const inputs = await collectInputFiles(images, options.out);
  if (inputs.files.length + inputs.problems.length === 0) throw noPictures(images, inputs.leftOut);
  refuseWithoutFiles(inputs);
  const targets = maskTargets(options, inputs.files);
  const manifest = isElsewhere(options)
    ? manifestElsewhere(options.model)
    : await createModelLibrary(config.models.folder).findReady(options.model);
  requireShape(manifest, options.shape);
  const { padding: maskPadding, blur: maskBlur, shape, invert = false } = options;
  const make = async ({ file, size, manifest, detections }: DetectedFile) => {
    const made = { maskPadding, maskBlur, invert, ...(shape === undefined ? {} : { shape }) };
    const masked = maskDetections(size, detections, manifest, made);
    const target = targets.get(file.path) ?? "";
    await writeFileWhole(target, await encodeMask(masked.mask));
    return { file, target, count: masked.detections.length };
  };
  const good = await detectInFiles(inputs, options, selection, config, make, ({ file, target, count }) => {
    if (count === 0) sayWarning(`${file.given}: nothing found, the mask is black`);
    printLine(`${path.relative("", target)}  ${count} ${count === 1 ? "find" : "finds"}`);
  });
  process.exitCode = good ? EXIT.good : EXIT.failed;
}

function maskTargets(
  { output, out }: MaskCommandOptions,
  files: readonly InputFile[],
): ReadonlyMap<string, string> {
  if ((output === undefined) === (out === undefined)) {
    throw new MaskloomError(
      "INPUT_INVALID",
      "expected either -o <file.png> for one image or --out <dir> for any number",
    );
  }
  const inputs = files.map((file) => file.path);
  const names =
    out === undefined
      ? []
      : assignOutputNames(
          files.map((file) => file.name),
          "png",
        );
  const targets =
    output === undefined
      ? names.map((name) => path.resolve(out ?? "", name))
      : [oneTarget(output, files.length)];
  for (const target of targets) refuseInput(target, inputs, output === undefined ? "--out" : "-o");
  return new Map(inputs.map((input, at) => [input, targets[at] ?? ""]));
}

function oneTarget(output: string, images: number): string {
  if (images > 1) {
    throw new MaskloomError(
      "INPUT_INVALID",
      `-o ${output}: expected one image, got ${images}; use --out <dir>`,
    );
  }
  if (path.extname(output).toLowerCase() !== ".png") {
    throw new MaskloomError(
      "INPUT_INVALID",
      `-o ${output}: expected a name that ends in .png, because masks are PNG`,
    );
  }
  return path.resolve(output);
}
