import type { ProviderSettings } from "../../../config/provider-settings.ts";
import type { InpainterManifest, SoftCapability } from "../../../contracts/manifest.ts";
import type { ConfiguredModel } from "../../../contracts/provider.ts";
import { LARGEST_STRETCH, latentStep, trainedSide } from "../checkpoints.ts";
import { placeholdersOf, type Template } from "./template.ts";

/** Fields of a step that a template may have a place for. */
const FIELDS: readonly SoftCapability[] = [
  "positivePrompt",
  "negativePrompt",
  "strength",
  "steps",
  "CFGScale",
  "scheduler",
  "seed",
  "clipSkip",
  "vae",
  "lora",
  "controlNet",
];

/** What a model can do with one of the templates; a request with another is told what that one takes no notice of. */
export function comfyManifest(
  model: string,
  { id, paid, models }: ProviderSettings,
  templates: readonly Template[],
): InpainterManifest {
  const configured: Partial<ConfiguredModel> = models.find((one) => one.model === model) ?? {};
  const nativeSize = configured.nativeSize ?? trainedSide(model);
  const takes = (field: SoftCapability): boolean =>
    templates.some(({ names }) => placeholdersOf(field).some((name) => names.has(name)));
  return {
    kind: "inpainter",
    id: model,
    provider: id,
    description: `${model} on ${id}, a ComfyUI.`,
    capabilities: {
      hard: {
        mask: true,
        nativeSize,
        maxSide: configured.maxSide ?? nativeSize * LARGEST_STRETCH,
        multipleOf: configured.multipleOf ?? latentStep(model),
        aspect: null,
        answerScales: [1],
      },
      soft: [...FIELDS.filter(takes), "settings"],
      generative: true,
      edgeGuard: true,
      precision: "uint8",
      paid,
    },
    sources: [],
    licence: "as its author says",
  };
}

/** A file's name without folder and ending. */
export function stemOf(file: string): string {
  return file.replace(/^.*[\\/]/, "").replace(/\.(safetensors|ckpt|sft|pth|pt|gguf)$/i, "");
}

/** Whether a name means a file there: with its folder and ending, and without. */
export function isCalled(file: string, name: string): boolean {
  const names = [file, file.replace(/^.*[\\/]/, ""), stemOf(file)];
  return names.some((one) => one.toLowerCase() === name.toLowerCase());
}
