import { access, mkdir, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import type { ReportRun } from "../../contracts/report.ts";
import { encodeThumbnail } from "../../image/codec.ts";
import type { ImageLimits } from "../../image/limits.ts";
import { thumbnailsOf } from "../../runs/report/thumbnail-names.ts";
import type { RunPlan } from "./planned-run.ts";

/** Longest side in pixels: sharp at twice the size it is shown at. */
const SIDE = 320;

/**
 * Small copies of a picture and its result for the report. One that cannot be made is left out: the picture has its
 * result all the same.
 */
export async function saveThumbnails(
  { results, files }: Pick<RunPlan, "results" | "files">,
  source: string,
  run: Pick<ReportRun, "file" | "status" | "output" | "reused">,
  limits: ImageLimits,
): Promise<void> {
  const { before, after } = thumbnailsOf(run.file);
  const readSource = () => files.read(source);
  const isChanged = run.output !== null && run.status !== "skipped";
  const wanted = isChanged
    ? [[readSource, before] as const, [() => results.read(run.output ?? ""), after] as const]
    : [[readSource, before] as const];
  for (const [read, thumbnail] of wanted) {
    const target = path.join(results.folder, thumbnail);
    if (run.reused && (await exists(target))) continue;
    try {
      await writeQuickly(target, await encodeThumbnail(await read(), SIDE, limits));
    } catch {
      // the report shows the name without a picture
    }
  }
}

/** Whole or not at all, but not forced to disk: what a crash of the machine loses is made again, or missed by nobody. */
async function writeQuickly(file: string, bytes: Uint8Array): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(`${file}.tmp`, bytes);
  await rename(`${file}.tmp`, file);
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
