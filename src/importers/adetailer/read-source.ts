import { z } from "zod";
import { isJsonObject, type JsonObject, type JsonValue } from "../../contracts/json.ts";
import type { FieldPath } from "../../engine/language/faults.ts";
import { MaskloomError } from "../../errors.ts";
import { suggestion } from "../../nearest-name.ts";
import { pathText, readJson, refuseFaults, type SourceFault, type SourceText } from "../source-faults.ts";
import { isForkUnit } from "./fork-fields.ts";
import { isInfotext, readInfotext, samplerName } from "./infotext.ts";
import {
  ADetailerSettings,
  type ADetailerSource,
  ADetailerUnit,
  FORMER_NAMES,
  type PageSettings,
  type PlacedUnit,
  UNIT_FIELDS,
} from "./unit.ts";

/**
 * ADetailer's settings from an `args` list, a whole payload of A1111's API, one unit, or a line of infotext.
 * @param settingsFile the web UI's config.json, where ADetailer keeps what holds for all units
 * @throws INPUT_INVALID with a line for each fault: an unknown parameter, a value out of its bounds
 */
export function readADetailer(source: SourceText, settingsFile?: SourceText): ADetailerSource {
  const config = readSettings(settingsFile);
  if (isInfotext(source.text)) return fromInfotext(source, config);
  const value = readJson(source);
  const list = findArgs(value);
  if (list === null) throw nothingFound(source, value);
  const { path, args, what } = list;
  const faults: SourceFault[] = [];
  const units = args.flatMap((entry, at): PlacedUnit[] => {
    const place = what === "one unit" ? [] : [...path, at];
    if (isJsonObject(entry)) return placedUnit(entry, place, nameOf(place), faults);
    if (typeof entry !== "boolean" || at > 1)
      faults.push({
        path: place,
        message: "expected a unit: an object with ad_model, and what else differs from the defaults.",
      });
    return [];
  });
  const payload = what === "a payload" && isJsonObject(value) ? value : {};
  const settings = readOverride(payload, config, faults);
  const page = readPage(payload, faults);
  refuseFaults(source, faults);
  return { units, enabled: args[0] !== false, page, also: beyondDetailing(payload, args), settings, what };
}

/** A list that stands by itself is called as in the API: `args[2]`. */
const nameOf = (place: FieldPath): string =>
  `${typeof place[0] === "number" ? "args" : ""}${pathText(place)}`;

interface FoundArgs {
  readonly path: FieldPath;
  readonly args: readonly JsonValue[];
  readonly what: ADetailerSource["what"];
}

function findArgs(value: JsonValue): FoundArgs | null {
  if (Array.isArray(value)) return { path: [], args: value, what: "an args list" };
  if (!isJsonObject(value)) return null;
  if (Object.keys(value).some((name) => name.startsWith("ad_")))
    return { path: [], args: [value], what: "one unit" };
  if (Array.isArray(value["args"])) return { path: ["args"], args: value["args"], what: "an args list" };
  for (const path of [["alwayson_scripts"], []] as const) {
    const [outer] = path;
    const scripts = outer === undefined ? value : value[outer];
    if (!isJsonObject(scripts)) continue;
    const name = Object.keys(scripts).find((one) => one.toLowerCase() === "adetailer");
    const script = name === undefined ? undefined : scripts[name];
    if (name !== undefined && isJsonObject(script) && Array.isArray(script["args"]))
      return { path: [...path, name, "args"], args: script["args"], what: "a payload" };
  }
  return null;
}

function nothingFound({ file }: SourceText, value: JsonValue): MaskloomError {
  const received = isJsonObject(value)
    ? `an object with ${Object.keys(value).slice(0, 6).join(", ")}`
    : typeof value;
  return new MaskloomError(
    "INPUT_INVALID",
    `${file}: expected ADetailer's args list, a payload with alwayson_scripts.ADetailer.args, one unit with ad_model, or infotext with "ADetailer model: …"; received ${received}`,
  );
}

function fromInfotext(source: SourceText, config: JsonObject): ADetailerSource {
  const { units: found, page, fork, faults: unknown } = readInfotext(source.text);
  const faults: SourceFault[] = [...unknown];
  const units = found.flatMap(({ path, fields }) => placedUnit(fields, [path], path, faults, fork));
  refuseFaults(source, faults);
  return {
    units,
    enabled: true,
    page,
    also: [],
    settings: ADetailerSettings.parse(config),
    what: "infotext",
  };
}

function placedUnit(
  given: JsonObject,
  path: FieldPath,
  name: string,
  faults: SourceFault[],
  isForkVersion = false,
): PlacedUnit[] {
  const before = faults.length;
  const fields: Record<string, JsonValue> = {};
  for (const [written, value] of Object.entries(given)) {
    const field = FORMER_NAMES[written] ?? written;
    if (UNIT_FIELDS.includes(field)) fields[field] = value;
    else faults.push({ path: [...path, written], of: "name", message: unknownField(written) });
  }
  const parsed = ADetailerUnit.safeParse(fields);
  if (!parsed.success) faults.push(...parsed.error.issues.map((issue) => faultOf(issue, path)));
  else if (parsed.data.ad_mask_min_ratio > parsed.data.ad_mask_max_ratio) {
    const { ad_mask_min_ratio: low, ad_mask_max_ratio: high } = parsed.data;
    const message = `expected at most ad_mask_max_ratio (${high}), received ${low}: nothing could pass.`;
    faults.push({ path: [...path, "ad_mask_min_ratio"], message });
  }
  // A version that does not tell, or that another fork wrote, takes nothing back of what only a fork can say.
  const fork = isForkVersion || isForkUnit(given);
  return parsed.success && faults.length === before ? [{ unit: parsed.data, path: name, fork }] : [];
}

const unknownField = (name: string): string =>
  `unknown parameter of ADetailer.${suggestion(name, UNIT_FIELDS)}`;

function faultOf({ message, path: inner }: z.core.$ZodIssue, path: FieldPath): SourceFault {
  const at = inner.filter((part) => typeof part !== "symbol");
  return { path: [...path, ...at], message: `${message}.` };
}

function beyondDetailing(payload: JsonObject, args: readonly JsonValue[]): ADetailerSource["also"] {
  const isImg2img = Array.isArray(payload["init_images"]);
  const masked = typeof payload["mask"] === "string" && payload["mask"] !== "";
  return [
    ...(isImg2img && args[1] !== true
      ? [
          {
            path: "init_images",
            message:
              "the picture is detailed as it is; the payload's own img2img, which comes before it, is not imported.",
          },
        ]
      : []),
    ...(masked
      ? [
          {
            path: "mask",
            message:
              "the payload's own mask is not imported; an input of type mask, as within of the masking steps, confines what is found to it.",
          },
        ]
      : []),
  ];
}

const Page = z.object({
  prompt: z.string().max(8000).optional(),
  negative_prompt: z.string().max(8000).optional(),
  seed: z.number().optional(),
  steps: z.number().optional(),
  cfg_scale: z.number().optional(),
  sampler_name: z.string().nullish(),
  sampler_index: z.string().nullish(),
  scheduler: z.string().nullish(),
  width: z.number().optional(),
  height: z.number().optional(),
  override_settings: z
    .object({
      sd_model_checkpoint: z.string().nullish(),
      sd_vae: z.string().nullish(),
      CLIP_stop_at_last_layers: z.number().optional(),
    })
    .nullish(),
});

function readPage(payload: JsonObject, faults: SourceFault[]): PageSettings {
  const parsed = Page.safeParse(payload);
  if (!parsed.success) {
    faults.push(...parsed.error.issues.map((issue) => faultOf(issue, [])));
    return {};
  }
  const { data } = parsed;
  const { override_settings: override } = data;
  return {
    prompt: data.prompt,
    negativePrompt: data.negative_prompt,
    seed: data.seed,
    steps: data.steps,
    cfgScale: data.cfg_scale,
    sampler: samplerName(data.sampler_name ?? data.sampler_index ?? undefined, data.scheduler ?? undefined),
    width: data.width,
    height: data.height,
    checkpoint: override?.sd_model_checkpoint ?? undefined,
    vae: override?.sd_vae ?? undefined,
    clipSkip: override?.CLIP_stop_at_last_layers,
  };
}

/** What holds for this payload alone, on top of the page's own settings. */
function readOverride(payload: JsonObject, settings: JsonObject, faults: SourceFault[]): ADetailerSettings {
  const override = payload["override_settings"];
  const parsed = ADetailerSettings.safeParse({ ...settings, ...(isJsonObject(override) ? override : {}) });
  if (parsed.success) return parsed.data;
  faults.push(...parsed.error.issues.map((issue) => faultOf(issue, ["override_settings"])));
  return ADetailerSettings.parse({});
}

/** The web UI's config.json, of which only what ADetailer keeps there is looked at. */
function readSettings(source: SourceText | undefined): JsonObject {
  if (source === undefined) return {};
  const value = readJson(source);
  const parsed = ADetailerSettings.safeParse(value);
  if (!parsed.success)
    refuseFaults(
      source,
      parsed.error.issues.map((issue) => faultOf(issue, [])),
    );
  return isJsonObject(value) ? value : {};
}
