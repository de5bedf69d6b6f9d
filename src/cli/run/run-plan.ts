import path from "node:path";
import { openObjectStore } from "../../artifacts/open-object-store.ts";
import { isS3Address } from "../../artifacts/s3-address.ts";
import { type Config, readConfig } from "../../config/config.ts";
import type { Workflow } from "../../contracts/workflow.ts";
import { MaskloomError, toMaskloomError } from "../../errors.ts";
import type { ImageFormat } from "../../image/metadata/container.ts";
import { openModelSources } from "../../runs/model-sources.ts";
import { type PreparedWorkflow, prepareWorkflow } from "../../runs/prepare-workflow.ts";
import { type InputFile, type InputListing, openInputListing } from "../listing/input-listing.ts";
import { LeftOut, noPictures } from "../listing/left-out.ts";
import { MOST_PROBLEMS, refuseNoneThere } from "../listing/none-there.ts";
import { withNamedWorkflow } from "../named-workflow.ts";
import { namesWithResult, outputNameOf } from "../output-names.ts";
import { joinPlace } from "../paths.ts";
import { openPictureFiles } from "../picture-files.ts";
import { say } from "../terminal.ts";
import { divideMasks, findMasks, refuseAbsentMasks } from "./mask-files.ts";
import { type ListedPicture, openPictureChoice, type PictureChoice } from "./picture-choice.ts";
import { refuseIncomplete, refuseProvider } from "./picture-values.ts";
import type { PlannedRun, RunPlan } from "./planned-run.ts";
import { openPreviousReport, type PreviousReport } from "./previous-report.ts";
import { openResultPlace } from "./result-place.ts";
import { openRunInputs, pictureInput, type RunInputs } from "./run-inputs.ts";
import { isSidecar, isSidecarName } from "./sidecars.ts";

export interface RunRequest {
  /** Name of a shipped or a saved workflow, or a file. */
  readonly workflow: string;
  readonly inputs: readonly string[];
  readonly out: string;
  readonly set: Readonly<Record<string, string>>;
  readonly table: string | null;
  /** Whether what stands beside a picture about it is read. */
  readonly sidecars: boolean;
  readonly format: ImageFormat | "same";
  /** So many pictures, spread evenly over all of them; default: all. */
  readonly sample?: number | undefined;
  /** Only what did not go well in the last command into the folder. */
  readonly retryFailed?: boolean | undefined;
}

/**
 * Everything that can be known before anything is done: nothing is read but names, the workflow and the table. Pictures
 * are counted, and listed again when their turn comes.
 * @throws what makes the command as a whole wrong; what is wrong with one picture stays with that picture
 */
export async function planRuns(request: RunRequest): Promise<RunPlan> {
  const { format } = request;
  const config = readConfig();
  const prepared = await prepareNamed(request.workflow, config);
  const picture = pictureInput(prepared.workflow);
  const objects = openObjectStore(config.s3);
  const files = openPictureFiles(objects, config.limits.inputBytes);
  const inputs = await openRunInputs(prepared.workflow, { ...request, files });
  await refuseAbsentMasks(files, divideMasks(prepared.workflow, request.set).masks);
  const tree = files.treeOf(request.inputs);
  const isSameTree = files.treeOf([request.out]).kind === tree.kind;
  const listing = await openInputListing(request.inputs, isSameTree ? request.out : undefined, tree);
  const results = await openResultPlace(request.out, objects, config.home);
  if (results.address === listing.root) throw sameFolder(request.out, results.address);
  const previous = request.retryFailed ? await openPreviousReport(results.folder) : null;
  const counted = await countPictures(listing, inputs, request.sidecars);
  if (counted.pictures === 0) throw noPictures(request.inputs, counted.leftOut);
  refuseNoneThere(counted);
  inputs.refuseDoubles();
  const choice = openPictureChoice({ ...counted, sample: request.sample, previous });
  const plan: RunPlan = {
    prepared,
    inputs: inputs.common,
    named: inputs.named,
    set: divideMasks(prepared.workflow, request.set).values,
    sidecars: request.sidecars,
    picture,
    files,
    results,
    format,
    total: choice.total,
    sampledFrom: sampledFrom(counted.pictures, choice, previous),
    previous,
    leftOut: counted.leftOut,
    warnings: [...inputs.warnings(), ...leftBefore(previous)],
    isResult: (output) => isResultOf(listing, output),
    close: () => objects.close(),
    async *runs() {
      for await (const listed of choice.choose(listing.list()))
        yield await planRun(listed, { workflow: prepared.workflow, listing, inputs, files, results, format });
    },
  };
  await refuseIncomplete(plan, plan.runs());
  await refuseProvider(plan, plan.runs());
  return plan;
}

function sampledFrom(pictures: number, { total }: PictureChoice, previous: PreviousReport | null) {
  if (previous !== null) return previous.sampledFrom;
  return total < pictures ? pictures : null;
}

/** What failed is done again, and what was never begun is not: nobody should take the one for the other. */
function leftBefore(previous: PreviousReport | null): string[] {
  if (previous === null || previous.left === 0) return [];
  const { left, pictures } = previous;
  return [
    `--retry-failed: the last run did not begin ${left} of its ${pictures} pictures, and neither does this one; the command without --retry-failed does`,
  ];
}

async function prepareNamed(workflow: string, config: Config): Promise<PreparedWorkflow> {
  const models = openModelSources(config);
  try {
    return await withNamedWorkflow(workflow, ({ parsed, find }) => prepareWorkflow(parsed, models, find));
  } finally {
    await models.close();
  }
}

interface Planning extends Pick<RunPlan, "files" | "results" | "format"> {
  readonly workflow: Workflow;
  readonly listing: InputListing;
  readonly inputs: RunInputs;
}

async function planRun({ at, listed }: ListedPicture, planning: Planning): Promise<PlannedRun> {
  const { problem, twins, ...file } = listed;
  const { listing, format } = planning;
  const folder = path.dirname(file.path);
  const output = await outputNameOf(file.name, await twins(), format, (base) =>
    listing.has(joinPlace(folder, base)),
  );
  const masked = await masksOf(file, planning);
  return {
    at,
    file,
    output,
    own: planning.inputs.of(file),
    masks: masked.masks,
    inputs: planning.inputs.common,
    said: {},
    problem: problem ?? masked.problem ?? refuseOverwriting(file, output, planning),
  };
}

async function isResultOf(listing: InputListing, output: string): Promise<boolean> {
  for (const name of namesWithResult(output))
    if (await listing.has(joinPlace(listing.root, name))) return true;
  return false;
}

async function masksOf(
  file: InputFile,
  { workflow, inputs, files }: Planning,
): Promise<Pick<PlannedRun, "masks" | "problem">> {
  try {
    return { masks: await findMasks(files, workflow, inputs.masksOf(file), file), problem: null };
  } catch (error) {
    return { masks: {}, problem: toMaskloomError(error) };
  }
}

/** @param sidecars whether what stands beside a picture about it is read, and so is not left out */
async function countPictures(listing: InputListing, inputs: RunInputs, sidecars: boolean) {
  let pictures = 0;
  const leftOut = new LeftOut();
  let missing = 0;
  const problems: { given: string; error: MaskloomError }[] = [];
  const isBeside = isS3Address(listing.root) ? isSidecarName : isSidecar;
  const listed = listing.list((file) => {
    if (!sidecars || !isBeside(file)) leftOut.add(file);
  });
  let saidAt = Date.now();
  for await (const file of listed) {
    pictures += 1;
    inputs.see(file);
    if (Date.now() - saidAt >= COUNT_EVERY_MS) {
      say(`counting: ${pictures} pictures so far`);
      saidAt = Date.now();
    }
    const { problem, given } = file;
    if (problem === null) continue;
    missing += 1;
    if (problems.length < MOST_PROBLEMS) problems.push({ given, error: problem });
  }
  return { pictures, leftOut, missing, problems };
}

/** A million files on a slow disk are minutes of silence. */
const COUNT_EVERY_MS = 5_000;

function sameFolder(given: string, out: string): MaskloomError {
  return new MaskloomError(
    "INPUT_INVALID",
    `--out ${given}: the inputs are in ${out} and would be overwritten; choose another folder`,
  );
}

/** Results never take the place of a picture that was given, whether it is repainted or copied. */
function refuseOverwriting(
  file: InputFile,
  output: string,
  { listing, results }: Planning,
): MaskloomError | null {
  if (isS3Address(results.address) !== isS3Address(listing.root)) return null;
  for (const target of [joinPlace(results.address, output), joinPlace(results.address, file.name)]) {
    if (!listing.covers(target)) continue;
    return new MaskloomError(
      "INPUT_INVALID",
      `--out ${results.address}: ${target} is one of the inputs and would be overwritten, or would be one next time; choose another folder`,
    );
  }
  return null;
}
