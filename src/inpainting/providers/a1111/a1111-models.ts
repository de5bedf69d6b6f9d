import type { ProviderSettings } from "../../../config/provider-settings.ts";
import type { InpainterManifest } from "../../../contracts/manifest.ts";
import type { ConfiguredModel } from "../../../contracts/provider.ts";
import { LARGEST_STRETCH, trainedSide } from "../checkpoints.ts";
import type { Checkpoint } from "./a1111-wire.ts";

/** A checkpoint's names, its title first: with and without hash, folder and ending. */
function checkpointNames({ title, model_name }: Checkpoint): string[] {
  const plain = title.replace(HASH, "");
  return [...new Set([title, plain, model_name, plain.replace(FOLDER, ""), stemOf(title)])];
}

/** What remains of a title without hash, folder and ending: by this it tells who painted. */
export function stemOf(title: string): string {
  return title.replace(HASH, "").replace(FOLDER, "").replace(ENDING, "");
}

const HASH = / \[[0-9a-f]+\]$/i;
const FOLDER = /^.*[\\/]/;
const ENDING = /\.(safetensors|ckpt|gguf|sft)$/i;

export function findCheckpoint(name: string, checkpoints: readonly Checkpoint[]): Checkpoint | undefined {
  const wanted = name.toLowerCase();
  return checkpoints.find((one) => checkpointNames(one).some((known) => known.toLowerCase() === wanted));
}

/** Whether a name means the checkpoint of this title. */
export function isCalled(name: string, title: string): boolean {
  return findCheckpoint(name, [{ title, model_name: title }]) !== undefined;
}

/** What a checkpoint can do there. @param model as it is called there */
export function checkpointManifest(model: string, { id, paid, models }: ProviderSettings): InpainterManifest {
  const configured: Partial<ConfiguredModel> = models.find((one) => isCalled(one.model, model)) ?? {};
  const nativeSize = configured.nativeSize ?? trainedSide(model);
  return {
    kind: "inpainter",
    id: model,
    provider: id,
    description: `${model} on ${id}, a Stable Diffusion web UI.`,
    capabilities: {
      hard: {
        mask: true,
        nativeSize,
        maxSide: configured.maxSide ?? nativeSize * LARGEST_STRETCH,
        multipleOf: configured.multipleOf ?? 8,
        aspect: null,
        answerScales: [1],
      },
      soft: [
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
        "refiner",
        "settings",
      ],
      generative: true,
      edgeGuard: true,
      precision: "uint8",
      paid,
    },
    sources: [],
    licence: "as its author says",
  };
}
