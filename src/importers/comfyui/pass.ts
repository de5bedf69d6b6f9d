import type { JsonObject } from "../../contracts/json.ts";
import type { ImportedDetector } from "../detector-names.ts";
import { type Draft, type DraftRecord, from } from "../draft.ts";
import type { ImportOptions, Notes } from "../imported.ts";
import { literal } from "../prompt-text.ts";
import { kernelRadius, MOST_BLUR, MOST_MARGIN } from "../reach.ts";
import { type DetailerValues, nameOf } from "./detailer.ts";
import type { Finds } from "./finds.ts";
import type { GraphNode } from "./graph-node.ts";
import { hooksOf, strengthsOf } from "./hooks.ts";
import type { Graph } from "./read-graph.ts";
import { schedulerName } from "./samplers.ts";
import { fieldLink, modelOf, originOf, promptOf } from "./trace.ts";
import { SEED_CONTROL } from "./widgets.ts";
import { readWildcard } from "./wildcard.ts";

/** One detailer with all that was found out about it. */
export interface Pass {
  readonly graph: Graph;
  readonly node: GraphNode;
  /** Its own inputs and those of its pipe. */
  readonly fields: JsonObject;
  readonly values: DetailerValues;
  readonly finds: Finds;
}

export const OWN_PROMPT = "${inputs.prompt ?? inputs.image.meta.prompt ?? ''}";
export const OWN_NEGATIVE = "${inputs.negativePrompt ?? inputs.image.meta.negativePrompt ?? ''}";

export interface MaskNames {
  readonly id: string;
  readonly inputImage: string;
  /** The step whose mask holds the outlines. */
  readonly within: string | null;
}

/** The step that finds and masks. */
export function maskStep(
  { id, inputImage, within }: MaskNames,
  detector: ImportedDetector,
  { finds, values }: Pass,
  selection: DraftRecord | undefined,
  boxes: boolean,
): DraftRecord {
  const { threshold, dilation } = finds.values;
  const { written } = finds;
  const padding = kernelRadius(Math.max(0, dilation));
  return {
    id,
    task: "imageMasking",
    inputImage,
    model: from(detector.model, nameOf(finds.node)),
    confidence: from(threshold, written.threshold),
    select: selection,
    shape: boxes ? from("box", "as a BBOX_DETECTOR") : undefined,
    within: within === null ? undefined : from(`\${steps.${within}.maskImage}`, "segm_detector_opt"),
    maskPadding: from(padding, `${written.dilation} ${dilation}: a square kernel of that side, as a radius`),
    maskBlur: from(blurOf(values), `feather ${values.feather}`),
    combine: "perDetection",
    onEmpty: from("skip", "nothing found: the picture stays as it is"),
  };
}

const blurOf = ({ feather }: DetailerValues): number => Math.min(Math.round(feather), MOST_BLUR);

export interface DetailNames {
  readonly id: string;
  readonly maskId: string;
  readonly find: string;
  readonly seedImage: string;
}

/** The step that repaints; also tells the order of finds that its wildcard asks for. */
export function detailStep(
  names: DetailNames,
  pass: Pass,
  options: ImportOptions,
  notes: Notes,
): DraftRecord {
  const { graph, fields, values, node } = pass;
  const model = modelOf(graph, fieldLink(fields, "model"));
  const vae = originOf(graph, fieldLink(fields, "vae"))?.node.inputs["vae_name"];
  const lora = model.lora.length === 0 ? undefined : from(model.lora, "LoRAs of the model");
  return {
    id: names.id,
    forEach: `\${steps.${names.maskId}.detections}`,
    as: names.find,
    task: "imageInference",
    model: options.model,
    seedImage: names.seedImage,
    maskImage: `\${${names.find}.maskImage}`,
    ...zoomFields(pass, names.find),
    strength: from(values.denoise, "denoise"),
    lora,
    ...promptFieldsOf(pass, names.find, model.lora, notes),
    seed: fields[SEED_CONTROL] === "randomize" ? undefined : seedOf(pass, notes),
    steps: from(Math.min(Math.max(Math.round(values.steps), 1), 200), "steps"),
    CFGScale: from(Math.min(values.cfg, 50), "cfg"),
    scheduler: from(
      literal(schedulerName(values.sampler_name, values.scheduler)),
      `${oneLine(values.sampler_name)}, ${oneLine(values.scheduler)}`,
    ),
    vae: typeof vae === "string" && vae !== "" ? from(literal(vae), "VAELoader") : undefined,
    repeat: repeatOf(pass),
    ...(model.checkpoint === null || model.checkpoint === ""
      ? {}
      : {
          byProvider: {
            comfyui: { model: from(literal(model.checkpoint), `checkpoint of ${nameOf(node)}`) },
          },
        }),
  };
}

function repeatOf({ graph, fields, values }: Pass): DraftRecord | undefined {
  if (values.cycle < 2) return undefined;
  const hooks = hooksOf(graph, fieldLink(fields, "detailer_hook"));
  const strengths = strengthsOf(graph, hooks, values.denoise, values.cycle);
  return {
    times: from(values.cycle, "cycle"),
    strength: strengths === null ? undefined : from(strengths, "target_denoise"),
  };
}

const oneLine = (text: string): string => text.replace(/\s+/g, " ");

/** Impact Pack's crop is the box times a factor; ours is the mask and a margin. */
function zoomFields({ values, finds }: Pass, find: string): DraftRecord {
  const { crop_factor: factor, dilation } = finds.values;
  const width = `${find}.box.width`;
  const height = `${find}.box.height`;
  const grown = kernelRadius(Math.max(0, dilation)) + blurOf(values);
  const beside = Number(((factor - 1) / 2).toFixed(4));
  const margin =
    beside <= 0 ? 0 : `\${clamp(round(${beside} * max(${width}, ${height}) - ${grown}), 0, ${MOST_MARGIN})}`;
  const most = Math.min(Math.max(Math.round(values.max_size), 64), 4096);
  const guide = values.guide_size * (values.guide_size_for ? Math.max(1, factor) : 1);
  // The long side of a crop is never less than the guide, so that a guide beyond the most is the most.
  const size: Draft =
    guide >= most
      ? most
      : `\${clamp(round(${Number(guide.toFixed(2))} * max(${width}, ${height}) / max(min(${width}, ${height}), 1)), 64, ${most})}`;
  return {
    maskMargin: from(margin, `${finds.written.crop_factor} ${factor}`),
    guideSize: from(
      size,
      `guide_size ${values.guide_size} for the ${values.guide_size_for ? "box" : "crop"}, at most max_size`,
    ),
    maxSize: from(most, "max_size"),
    skipIfLarger: from(!values.force_inpaint, `force_inpaint ${values.force_inpaint}`),
  };
}

function promptFieldsOf(
  { graph, fields, node, values }: Pass,
  find: string,
  lora: readonly DraftRecord[],
  notes: Notes,
): DraftRecord {
  const positive = promptOf(graph, fieldLink(fields, "positive"));
  const negative = promptOf(graph, fieldLink(fields, "negative"));
  const base = positive === null ? OWN_PROMPT : literal(positive);
  if (positive === null)
    notes.add(
      "changed",
      `${nameOf(node)}.positive`,
      "its text could not be traced; each picture is painted with the prompt that it carries, or --set prompt=….",
    );
  const wildcard = readWildcard(
    values.wildcard,
    { template: base, lora },
    find,
    `${nameOf(node)}.wildcard`,
    notes,
  );
  return {
    positivePrompt: from(base, positive === null ? "the picture's own" : "positive"),
    negativePrompt: from(
      negative === null ? OWN_NEGATIVE : literal(negative),
      negative === null ? "the picture's own" : "negative",
    ),
    ...wildcard.fields,
  };
}

function seedOf({ values, node }: Pass, notes: Notes): Draft | undefined {
  if (Number.isSafeInteger(values.seed))
    return from(values.seed, "seed; the finds after the first have the next ones");
  notes.add(
    "dropped",
    `${nameOf(node)}.seed`,
    `${values.seed} is beyond what JSON keeps exactly (2^53 - 1); each run chooses a seed and records it.`,
  );
  return undefined;
}
