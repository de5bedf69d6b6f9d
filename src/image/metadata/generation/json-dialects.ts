import { isJsonObject, type JsonObject, type JsonValue } from "../../../contracts/json.ts";
import type { CarriedTexts } from "./carried-texts.ts";
import { type Claims, type Generation, type Generator, makeGeneration } from "./generation.ts";
import { inner, readJsonObject } from "./read-json.ts";

/* Programs that write one flat record. Each row says in which texts it may stand, how it is known, and what its fields
   are called. */

interface JsonDialect {
  readonly generator: Generator;
  /** Names of the texts it stands in, in the order of preference. */
  readonly texts: readonly string[];
  /** The record of settings within the text's, or null where another program wrote it. */
  readonly settings: (record: JsonObject, texts: CarriedTexts) => JsonObject | null;
  readonly claims: (settings: JsonObject) => Claims;
}

const COMMENTS = ["parameters", "UserComment", "Comment"];

const JSON_DIALECTS: readonly JsonDialect[] = [
  {
    generator: "invokeai",
    texts: ["invokeai_metadata"],
    settings: (record) => record,
    claims: ({ positive_prompt, negative_prompt, cfg_scale, scheduler, strength, clip_skip, ...rest }) => {
      const model = inner(rest, "model");
      return {
        ...rest,
        prompt: positive_prompt,
        negativePrompt: negative_prompt,
        CFGScale: cfg_scale,
        /* What InvokeAI calls a scheduler is what others call a sampler. */
        sampler: scheduler,
        scheduler: undefined,
        strength,
        /* It counts the layers that are skipped. */
        clipSkip: typeof clip_skip === "number" ? clip_skip + 1 : undefined,
        model: model["name"] ?? model["model_name"],
        modelHash: model["hash"],
      };
    },
  },
  {
    /* InvokeAI 2: negative prompts stand in brackets within the prompt. */
    generator: "invokeai",
    texts: ["sd-metadata"],
    settings: (record) => (isJsonObject(record["image"]) ? record : null),
    claims: (record) => {
      const image = inner(record, "image");
      return {
        ...image,
        ...splitBrackets(promptText(image["prompt"])),
        CFGScale: image["cfg_scale"],
        model: record["model_weights"],
        modelHash: record["model_hash"],
      };
    },
  },
  {
    generator: "swarmui",
    texts: COMMENTS,
    settings: (record) =>
      isJsonObject(record["sui_image_params"]) ? inner(record, "sui_image_params") : null,
    claims: ({
      negativeprompt,
      cfgscale,
      sampler,
      scheduler,
      comfyuisampler,
      comfyuischeduler,
      ...rest
    }) => ({
      ...rest,
      negativePrompt: negativeprompt,
      CFGScale: cfgscale,
      sampler: sampler ?? comfyuisampler,
      scheduler: scheduler ?? comfyuischeduler,
      strength: rest["initimagecreativity"],
    }),
  },
  {
    generator: "fooocus",
    texts: COMMENTS,
    settings: (record, texts) =>
      texts.get("fooocus_scheme") === "fooocus" || "base_model" in record || "metadata_scheme" in record
        ? record
        : null,
    claims: ({
      negative_prompt,
      guidance_scale,
      base_model,
      base_model_hash,
      resolution,
      clip_skip,
      ...rest
    }) => {
      const [width, height] =
        typeof resolution === "string" ? resolution.replace(/[()\s]/g, "").split(",") : [];
      return {
        ...rest,
        negativePrompt: negative_prompt,
        CFGScale: guidance_scale,
        model: base_model,
        modelHash: base_model_hash,
        clipSkip: clip_skip,
        width,
        height,
      };
    },
  },
  {
    /* Runware's own names of fields, wherever a client has kept its request or result. */
    generator: "runware",
    texts: [...COMMENTS, "runware", "ImageDescription", "XMP UserComment"],
    settings: (record) => (typeof record["positivePrompt"] === "string" ? record : null),
    claims: ({ positivePrompt, scheduler, ...rest }) => ({
      ...rest,
      prompt: positivePrompt,
      sampler: scheduler,
    }),
  },
  {
    generator: "novelai",
    texts: ["Comment", "UserComment"],
    settings: (record) => ("uc" in record && "sampler" in record && !("c" in record) ? record : null),
    claims: ({ uc, scale, noise_schedule, ...rest }) => ({
      ...rest,
      negativePrompt: uc,
      CFGScale: scale,
      scheduler: noise_schedule,
      model: undefined,
    }),
  },
  {
    generator: "drawthings",
    texts: ["XMP UserComment", "UserComment"],
    settings: (record) => (typeof record["c"] === "string" && "uc" in record ? record : null),
    claims: ({ c, uc, scale, size, ...rest }) => {
      const [width, height] = typeof size === "string" ? size.split("x") : [];
      return { ...rest, prompt: c, negativePrompt: uc, CFGScale: scale, width, height };
    },
  },
];

/** The settings of whichever of these programs wrote one of the texts. */
export function readJsonDialects(texts: CarriedTexts): Generation | null {
  const records = new Map<string, JsonObject | null>();
  const recordOf = (key: string): JsonObject | null => {
    if (!records.has(key)) records.set(key, readJsonObject(texts.get(key)));
    return records.get(key) ?? null;
  };
  for (const { generator, texts: keys, settings, claims } of JSON_DIALECTS) {
    for (const key of keys) {
      const record = recordOf(key);
      const said = record === null ? null : settings(record, texts);
      const generation = said === null ? null : makeGeneration(generator, claims(said));
      if (generation !== null) return generation;
    }
  }
  return null;
}

/** A text, or a list of weighted ones. */
function promptText(prompt: JsonValue | undefined): string {
  if (typeof prompt === "string") return prompt;
  const parts = Array.isArray(prompt) ? prompt : [];
  return parts
    .flatMap((part) => (isJsonObject(part) && typeof part["prompt"] === "string" ? [part["prompt"]] : []))
    .join(", ");
}

function splitBrackets(text: string): Claims {
  const negatives = [...text.matchAll(/\[([^[\]]*)\]/g)].map(([, inside = ""]) => inside.trim());
  return { prompt: text.replace(/\[[^[\]]*\]/g, "").trim(), negativePrompt: negatives.join(", ") };
}
