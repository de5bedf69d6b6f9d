import { MaskloomError } from "../../../errors.ts";
import { firstNames } from "../../../first-names.ts";
import { suggestion } from "../../../nearest-name.ts";
import type { ComfyClient } from "./comfyui-client.ts";
import { isCalled, stemOf } from "./comfyui-models.ts";
import { type ApiGraph, choicesOf, type NodeInfo } from "./comfyui-wire.ts";
import type { Template } from "./template.ts";

/** The nodes that a ComfyUI has, each asked for when it is needed, and then known. */
export interface NodeCatalogue {
  /** Null where it has none of this class. */
  find(type: string, signal: AbortSignal): Promise<NodeInfo | null>;
  forget(): void;
}

export function createNodeCatalogue(client: Pick<ComfyClient, "node">): NodeCatalogue {
  const known = new Map<string, Promise<NodeInfo | null>>();
  return {
    find(type, signal) {
      const asked = known.get(type) ?? client.node(type, signal);
      known.set(type, asked);
      asked.catch(() => known.delete(type));
      return asked;
    },
    forget: () => known.clear(),
  };
}

/** Placeholders that stand for something it must have, by the field of a step that says it. */
const NAMED: Readonly<Record<string, string>> = {
  vae: "vae",
  sampler: "scheduler",
  schedule: "scheduler",
  "lora.model": "lora",
  "controlNet.model": "controlNet",
};

type Values = Readonly<Record<string, unknown>>;

/**
 * The values with files by the names that it has for them: a step may leave out folder and ending.
 * @throws INPUT_INVALID for what it does not have, with the nearest name; MODEL_UNAVAILABLE where it has no such file as the
 * template needs
 */
export async function withInstalledNames(
  template: Template,
  values: Values,
  catalogue: NodeCatalogue,
  signal: AbortSignal,
): Promise<Values> {
  const resolved: Record<string, unknown> = { ...values };
  for (const [type, input, text] of inputsOf(template)) {
    const [, name = "", standard = ""] = WHOLE.exec(String(text)) ?? [];
    const [list = "", field] = name.split(".");
    const given = resolved[list];
    const like = template.alike?.[name];
    const called = NAMED[name] ?? (like === undefined ? undefined : `settings.${name}`);
    const isNothing = given === undefined ? like === undefined : Array.isArray(given) && given.length === 0;
    if (called === undefined || isNothing) continue;
    const choices = choicesOf((await catalogue.find(type, signal))?.inputs[input]);
    const pick = (value: unknown) => installed(value, choices, called);
    if (given === undefined) {
      const file = alikeFile(standard, like, choices);
      if (file === undefined) throw lacking(template.name, type, name, standard);
      resolved[list] = file;
    } else resolved[list] = field === undefined ? pick(given) : withPicked(given, field, pick);
  }
  return resolved;
}

function* inputsOf({ graph }: Template): Generator<readonly [type: string, input: string, text: unknown]> {
  for (const { class_type: type, inputs } of Object.values(graph))
    for (const [input, text] of Object.entries(inputs)) yield [type, input, text];
}

const withPicked = (given: unknown, field: string, pick: (value: unknown) => unknown): unknown =>
  Array.isArray(given) && given.map((element) => ({ ...element, [field]: pick(element[field]) }));

/** A text that is nothing but a name, and its default. */
const WHOLE = /^\{\{\s*([\w.]+)\s*(?:\|([^{}]*))?\}\}$/;

/** The usual file, else one that is called alike; undefined where it has neither. What it does not tell is taken for there. */
function alikeFile(
  standard: string,
  like: RegExp | undefined,
  choices: readonly string[] | null,
): string | undefined {
  if (choices === null) return standard;
  return (
    choices.find((choice) => isCalled(choice, standard)) ??
    choices.find((choice) => like?.test(stemOf(choice)) ?? false)
  );
}

const lacking = (template: string, type: string, name: string, standard: string) =>
  new MaskloomError(
    "MODEL_UNAVAILABLE",
    `template ${template}: the ComfyUI has no file such as ${standard} for its ${type}; put one there, or name what it has with settings: { ${name}: … }`,
  );

function installed(value: unknown, choices: readonly string[] | null, field: string): unknown {
  if (typeof value !== "string" || choices === null) return value;
  const found = choices.find((choice) => isCalled(choice, value));
  if (found !== undefined) return found;
  throw new MaskloomError(
    "INPUT_INVALID",
    `${field}: ${JSON.stringify(value)} is none that the ComfyUI has.${suggestion(value, choices.map(stemOf))} ` +
      `It has ${firstNames(choices, MOST_SHOWN) || "none at all"}`,
  );
}

const MOST_SHOWN = 40;

/** Where nodes come from that ComfyUI itself does not bring, as far as their names tell. */
const PACKS: readonly (readonly [RegExp, string])[] = [
  [/^INPAINT_/, "comfyui-inpaint-nodes"],
  [/^Inpaint(Crop|Stitch|Extend|Resize)/, "ComfyUI-Inpaint-CropAndStitch"],
  [/^Ultralytics/, "ComfyUI-Impact-Subpack"],
  [/^(FaceDetailer|DetailerForEach|SAMLoader|SEGS|BboxDetector|Impact)/, "ComfyUI-Impact-Pack"],
  [/Preprocessor$|^AIO_/, "comfyui_controlnet_aux"],
  [/^IPAdapter/, "ComfyUI_IPAdapter_plus"],
  [/GGUF/, "ComfyUI-GGUF"],
  [/\(rgthree\)$/, "rgthree-comfy"],
  [/^easy /, "ComfyUI-Easy-Use"],
  [/Efficient/, "efficiency-nodes-comfyui"],
];

/** The nodes of a workflow that it does not have, each in a person's words. */
export async function missingNodes(
  graph: ApiGraph,
  catalogue: NodeCatalogue,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const missing: string[] = [];
  for (const [id, { class_type: type }] of Object.entries(graph)) {
    if ((await catalogue.find(type, signal)) !== null) continue;
    const [, pack] = PACKS.find(([pattern]) => pattern.test(type)) ?? [];
    missing.push(`node ${id} (${type}${pack === undefined ? "" : `, of ${pack}`})`);
  }
  return missing;
}
