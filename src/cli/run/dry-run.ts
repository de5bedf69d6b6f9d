import { createReadStream } from "node:fs";
import { rm } from "node:fs/promises";
import path from "node:path";
import process from "node:process";
import { pipeline } from "node:stream/promises";
import type { Config } from "../../config/config.ts";
import type { CostEstimate } from "../../contracts/cost-estimate.ts";
import type { Detection } from "../../contracts/detection.ts";
import { canonicalJson } from "../../contracts/json.ts";
import { waysForInputs } from "../../engine/chosen-way.ts";
import type { ResolvedWorkflow } from "../../engine/resolved-workflow.ts";
import { type ErrorRecord, toErrorRecord } from "../../errors.ts";
import { toDetections } from "../../image/detection-shape.ts";
import type { PictureLook } from "../../runs/dry-run/picture-looker.ts";
import { configuredPrices } from "../../runs/estimates/configured-prices.ts";
import { estimateCosts } from "../../runs/estimates/estimate-costs.ts";
import { FindCounts } from "../../runs/estimates/find-counts.ts";
import { EXIT } from "../exit-codes.ts";
import { joinPlace } from "../paths.ts";
import { onOneLine, printLine, sayErrorRecord, sayWarning } from "../terminal.ts";
import { writeFileWhole } from "../write-file.ts";
import { describeCosts } from "./agree-to-pay.ts";
import { ContactSheets, cellOf, DRY_RUN_FOLDER, DRY_RUN_NAME } from "./contact-sheets.ts";
import { type OpenPictureLooker, openPictureLooker } from "./open-picture-looker.ts";
import { withSidecar } from "./picture-values.ts";
import type { PlannedRun, RunPlan } from "./planned-run.ts";
import { inPortions } from "./portions.ts";

/** What would be done with a picture, and what is found in it. */
interface DryRun {
  readonly file: string;
  readonly output: string;
  /** A file is there already: it is kept where it is this command's own result. */
  readonly exists: boolean;
  readonly width: number | null;
  readonly height: number | null;
  readonly inputs: PlannedRun["inputs"];
  readonly finds: readonly {
    readonly step: string;
    readonly model: string;
    readonly detections: Detection[];
  }[];
  /** The contact sheet that shows it, relative to the out folder. */
  readonly sheet?: string;
  readonly error?: ErrorRecord;
}

interface Looked {
  readonly run: DryRun;
  readonly look: PictureLook | null;
}

/**
 * Says what would be done, and detects: contact sheets and a list of the finds are all that is written. The engine is
 * not started.
 * @returns the exit code: 1 where something is wrong with a picture
 */
export async function dryRun(plan: RunPlan, config: Config, json: boolean): Promise<number> {
  for (const warning of plan.warnings) sayWarning(warning);
  const looker = openPictureLooker(plan, config);
  try {
    const session = new DryRunSession(plan, looker, config, json);
    return await session.run();
  } finally {
    await looker.close();
  }
}

class DryRunSession {
  readonly #plan: RunPlan;
  readonly #looker: OpenPictureLooker;
  readonly #config: Config;
  readonly #json: boolean;
  readonly #counts = new FindCounts();
  /** As pictures choose their providers; more than one way is as good as many. */
  readonly #ways = new Map<string, ResolvedWorkflow>();
  readonly #sheets: ContactSheets;
  #pictures = 0;
  #failed = 0;
  #found = 0;

  constructor(plan: RunPlan, looker: OpenPictureLooker, config: Config, json: boolean) {
    this.#plan = plan;
    this.#looker = looker;
    this.#config = config;
    this.#json = json;
    const { name } = plan.prepared.workflow;
    this.#sheets = new ContactSheets(plan.results.folder, `${name}: ${looker.steps.join(", ")}`, plan.total);
  }

  async run(): Promise<number> {
    const { results } = this.#plan;
    const startedAt = new Date();
    await rm(path.join(results.folder, DRY_RUN_FOLDER), { recursive: true, force: true });
    const file = path.join(results.folder, DRY_RUN_NAME);
    await writeFileWhole(file, this.#text());
    const sheets = await this.#sheets.finish();
    await results.publish(startedAt);
    if (this.#json) await pipeline(createReadStream(file), process.stdout, { end: false });
    else await this.#printSummary(sheets);
    return this.#failed > 0 ? EXIT.failed : EXIT.good;
  }

  /** The list, while the pictures are looked at. */
  async *#text(): AsyncGenerator<string> {
    const { prepared, results, leftOut, total } = this.#plan;
    const { workflow, workflowDigest } = prepared;
    const out = results.address;
    const ignored = leftOut.count;
    const head = { dryRun: true, workflow: workflow.name, workflowDigest, out, pictures: total, ignored };
    yield `${JSON.stringify(head, null, 2).slice(0, -2)},\n  "runs": [`;
    let separator = "\n";
    for await (const portion of inPortions(this.#plan.runs(), this.#looker.threads)) {
      for (const looked of await Promise.all(portion.map((planned) => this.#look(planned)))) {
        yield `${separator}    ${JSON.stringify(await this.#take(looked))}`;
        separator = ",\n";
      }
    }
    yield `\n  ],\n  "paid": ${JSON.stringify(await this.#costs())}\n}\n`;
  }

  async #look(given: PlannedRun): Promise<Looked> {
    const { planned, warnings } = await withSidecar(this.#plan, given);
    const { file, output, inputs, problem } = planned;
    this.#noteWay(inputs);
    for (const warning of warnings) sayWarning(`${file.given}: ${warning}`);
    const exists = await this.#plan.results.has(output);
    const known = { file: file.name, output, exists, inputs };
    try {
      if (problem !== null) throw problem;
      const look = await this.#looker.look(planned, await this.#plan.files.read(file.path));
      const finds = look.finds.map((one) => ({
        ...one,
        detections: toDetections(one.detections, look.size),
      }));
      return { run: { ...known, ...look.size, finds }, look };
    } catch (error) {
      const run = { ...known, width: null, height: null, finds: [], error: toErrorRecord(error) };
      return { run, look: null };
    }
  }

  #noteWay(inputs: PlannedRun["inputs"]): void {
    if (this.#ways.size > 1) return;
    const ways = waysForInputs(this.#plan.prepared.resolved, inputs);
    this.#ways.set(canonicalJson(ways), ways);
  }

  async #take({ run, look }: Looked): Promise<DryRun> {
    this.#pictures += 1;
    if (run.error !== undefined) this.#failed += 1;
    if (run.error === undefined) this.#counts.add(run.finds);
    if (run.finds.some(({ detections }) => detections.length > 0)) this.#found += 1;
    if (!this.#json) printRun(run);
    if (this.#looker.steps.length === 0) return run;
    const { file, error } = run;
    const failed = { image: null, name: file, text: error?.code ?? "", tone: "failed" as const };
    return { ...run, sheet: await this.#sheets.add(look === null ? failed : cellOf(file, look)) };
  }

  /** The engine is not started, so that earlier runs are not asked. */
  #costs(): Promise<CostEstimate | null> {
    const { prepared, total: pictures } = this.#plan;
    const prices = configuredPrices(this.#config.providers);
    const [only, another] = this.#ways.values();
    const resolved = another === undefined ? (only ?? prepared.resolved) : prepared.resolved;
    const finds = this.#counts.samples();
    return estimateCosts({ ...prepared, resolved, pictures, finds, prices, past: null });
  }

  async #printSummary(sheets: number): Promise<void> {
    const { prepared, results, leftOut } = this.#plan;
    const out = results.address;
    const { name, steps } = prepared.workflow;
    const names = `workflow ${name} (${steps.map((step) => step.id).join(", ")})`;
    const pictures = `${this.#pictures} ${this.#pictures === 1 ? "picture" : "pictures"}`;
    printLine(`${pictures} would go through ${names} into ${out}; none was changed`);
    if (this.#failed > 0) printLine(`${this.#failed} of them would fail, as said above`);
    if (leftOut.count > 0) printLine(`${leftOut.describe()} would be left out`);
    if (sheets > 0) {
      const pages = sheets === 1 ? "sheet-1.png" : `sheet-1.png to sheet-${sheets}.png`;
      printLine(
        `something is found in ${this.#found} of them: ${joinPlace(out, `${DRY_RUN_FOLDER}/${pages}`)}`,
      );
    }
    const costs = await this.#costs();
    if (costs !== null) printLine(describeCosts(costs, this.#plan));
    printLine(`finds    ${joinPlace(out, DRY_RUN_NAME)}`);
  }
}

function printRun({ file, output, exists, width, height, finds, error }: DryRun): void {
  if (error !== undefined) {
    sayErrorRecord(error, onOneLine(file));
    return;
  }
  const counts = finds.map(({ step, detections }) => `${step} ${detections.length}`).join(", ");
  const found = counts === "" ? "" : `  ${counts}`;
  const place = onOneLine(`-> ${output}`);
  printLine(`${onOneLine(file)}  ${width}x${height}${found}  ${place}${exists ? "  (exists)" : ""}`);
}
