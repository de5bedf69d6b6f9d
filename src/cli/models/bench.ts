import { readFile } from "node:fs/promises";
import path from "node:path";
import { readConfig } from "../../config/config.ts";
import { createModelLibrary } from "../../detection/weights/model-library.ts";
import { PACKAGE_ROOT } from "../../package-root.ts";
import { measureModel } from "../../runs/models/measure-model.ts";
import { readImageFile } from "../detect-files.ts";
import { formatTable, printJson, printLine } from "../terminal.ts";

interface BenchOptions {
  readonly rounds: number;
  readonly json?: true;
}

/** How long one picture takes in its parts, and how many a second one and two threads manage, decoding left out. */
export async function benchModel(
  model: string,
  image: string | undefined,
  { rounds, json }: BenchOptions,
): Promise<void> {
  const { models: settings, limits } = readConfig();
  const library = createModelLibrary(settings.folder);
  const file = image ?? path.join(PACKAGE_ROOT, "examples", "photos", "astronaut.jpg");
  const bytes = image === undefined ? await readFile(file) : await readImageFile(image);
  const measured = await measureModel(model, bytes, {
    library,
    cacheFolder: settings.folder,
    limits,
    rounds,
  });
  const result = { ...measured, file: image ?? path.basename(file) };
  if (json) return printJson(result);
  const { width, height, imagesPerSecond } = result;
  printLine(`${result.model}, ${result.file} (${width} × ${height}), medians of ${rounds}`);
  const rows = Object.entries(result.medianMs).map(([part, ms]) => [`  ${part}`, `${ms.toFixed(2)} ms`]);
  rows.push(["  one thread", `${imagesPerSecond.oneThread.toFixed(1)} images/s`]);
  rows.push(["  two threads", `${imagesPerSecond.twoThreads.toFixed(1)} images/s`]);
  printLine(formatTable(rows));
}
