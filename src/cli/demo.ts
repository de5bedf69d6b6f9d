import { readFile } from "node:fs/promises";
import path from "node:path";
import process from "node:process";
import type { Detection } from "../contracts/detection.ts";
import { Report } from "../contracts/report.ts";
import type { RunDetail } from "../contracts/run.ts";
import { ImageMaskingResult } from "../contracts/tasks.ts";
import { parseAs } from "../errors.ts";
import { decodeImage, encodeImage } from "../image/codec.ts";
import type { Image, PixelBox } from "../image/raster.ts";
import { composeSheet, type SheetRow } from "../image/sheet.ts";
import { PACKAGE_ROOT } from "../package-root.ts";
import { REPORT_NAME } from "../runs/report/report-names.ts";
import type { Services } from "../runs/services.ts";
import { LOCAL_OWNER } from "../store/owners.ts";
import { readRuns } from "../store/views.ts";
import { readImageFile } from "./detect-files.ts";
import { executePlan, exitCodeOf, printSummary } from "./run/execute-plan.ts";
import type { RunPlan } from "./run/planned-run.ts";
import { planRuns } from "./run/run-plan.ts";
import { printLine, say } from "./terminal.ts";
import { writeFileWhole } from "./write-file.ts";

const PHOTOS = path.join(PACKAGE_ROOT, "examples", "photos");
const SHEET = "before-after.png";
/** Side of the part that the sheet shows, in lengths of the face's box. */
const SURROUNDINGS = 1.25;

export async function demo({ out }: { readonly out: string }): Promise<void> {
  say(
    "Workflow face-detail on two photos: find the faces, mask them, restore each one zoomed in at twice the size.",
  );
  const plan = await planRuns({
    workflow: "face-detail",
    inputs: [PHOTOS],
    out,
    set: {},
    table: null,
    sidecars: false,
    format: "same",
  });
  const sheet = path.join(plan.results.folder, SHEET);
  const { outcome, exitCode, seconds } = await executePlan(plan, {
    overwrite: true,
    afterwards: async (services) => writeFileWhole(sheet, await makeSheet(services, plan)),
  });
  if (exitCode === null) {
    printSummary(outcome, plan, seconds);
    printLine(`sheet    ${path.relative("", sheet)}`);
  }
  process.exitCode = exitCode ?? exitCodeOf(outcome);
}

/** A row for each face: enlarged as any viewer would do it, and as the workflow restored it. */
async function makeSheet(services: Services, plan: RunPlan): Promise<Uint8Array> {
  const text = await readFile(path.join(plan.results.folder, REPORT_NAME), "utf8");
  const { runs } = parseAs(Report, JSON.parse(text), "report", "OUTPUT_INVALID");
  const uuids = runs.map((run) => run.runUUID);
  const details = await readRuns(services.store.db, LOCAL_OWNER, uuids);
  const rows: SheetRow[] = [];
  for (const detail of details) {
    if (detail.output === null) continue;
    const before = await decodeImage(await readImageFile(path.join(PHOTOS, detail.file)));
    const result = await services.artifacts.load(LOCAL_OWNER, detail.output);
    const after = await decodeImage(result.content, services.config.limits);
    const faces = facesOf(detail);
    rows.push(
      ...faces.map((face, at) => rowOf(detail.file, face, at, faces.length, before.image, after.image)),
    );
  }
  const title = "face-detail, twice the size, local:esrgan-detail";
  const columns = ["original, enlarged by Lanczos3", "restored by the workflow"];
  return encodeImage(composeSheet({ title, columns, rows }), { format: "png" });
}

function facesOf({ tasks }: RunDetail): readonly Detection[] {
  return tasks.flatMap((task) => ImageMaskingResult.safeParse(task.output).data?.detections ?? []);
}

function rowOf(
  file: string,
  { box, score }: Detection,
  at: number,
  faces: number,
  before: Image,
  after: Image,
): SheetRow {
  const crop = squareAround(box, before);
  const scale = after.width / before.width;
  const scaled = { x0: crop.x0 * scale, y0: crop.y0 * scale, x1: crop.x1 * scale, y1: crop.y1 * scale };
  const sure = score === null ? "" : `, score ${score.toFixed(2)}`;
  return {
    caption: `${file}: face ${at + 1} of ${faces}${sure}`,
    panels: [
      { image: before, crop },
      { image: after, crop: scaled },
    ],
  };
}

/** The face with some of its surroundings, within the picture; whole pixels, so that both panels show the same part. */
function squareAround([x0, y0, x1, y1]: Detection["box"], { width, height }: Image): PixelBox {
  const side = Math.round(Math.min(Math.max(x1 - x0, y1 - y0) * SURROUNDINGS, width, height));
  const left = Math.round(Math.min(Math.max(0, (x0 + x1 - side) / 2), width - side));
  const top = Math.round(Math.min(Math.max(0, (y0 + y1 - side) / 2), height - side));
  return { x0: left, y0: top, x1: left + side, y1: top + side };
}
