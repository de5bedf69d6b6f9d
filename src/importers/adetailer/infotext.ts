import type { JsonObject, JsonValue } from "../../contracts/json.ts";
import { suggestion } from "../../nearest-name.ts";
import type { SourceFault } from "../source-faults.ts";
import { FORK_LABELS, FORK_TEXTS } from "./fork-fields.ts";
import type { PageSettings } from "./unit.ts";

/** What the line of generation parameters calls ADetailer's fields, after `ADetailer `; former spellings too. */
const LABELS: Readonly<Record<string, string>> = {
  model: "ad_model",
  "model classes": "ad_model_classes",
  "tab enable": "ad_tab_enable",
  "tap enable": "ad_tab_enable",
  prompt: "ad_prompt",
  "negative prompt": "ad_negative_prompt",
  confidence: "ad_confidence",
  "method to decide top k masks": "ad_mask_filter_method",
  "mask only top k": "ad_mask_k",
  "mask only top k largest": "ad_mask_k",
  "mask min ratio": "ad_mask_min_ratio",
  "mask max ratio": "ad_mask_max_ratio",
  "x offset": "ad_x_offset",
  "y offset": "ad_y_offset",
  "dilate erode": "ad_dilate_erode",
  "dilate/erode": "ad_dilate_erode",
  "mask merge invert": "ad_mask_merge_invert",
  "mask merge/invert": "ad_mask_merge_invert",
  "mask blur": "ad_mask_blur",
  "denoising strength": "ad_denoising_strength",
  "inpaint only masked": "ad_inpaint_only_masked",
  "inpaint padding": "ad_inpaint_only_masked_padding",
  "use inpaint width height": "ad_use_inpaint_width_height",
  "use inpaint width/height": "ad_use_inpaint_width_height",
  "inpaint width": "ad_inpaint_width",
  "inpaint height": "ad_inpaint_height",
  "use separate steps": "ad_use_steps",
  steps: "ad_steps",
  "use separate CFG scale": "ad_use_cfg_scale",
  "CFG scale": "ad_cfg_scale",
  "use separate checkpoint": "ad_use_checkpoint",
  checkpoint: "ad_checkpoint",
  "use separate VAE": "ad_use_vae",
  VAE: "ad_vae",
  "use separate sampler": "ad_use_sampler",
  sampler: "ad_sampler",
  scheduler: "ad_scheduler",
  "use separate noise multiplier": "ad_use_noise_multiplier",
  "noise multiplier": "ad_noise_multiplier",
  "use separate CLIP skip": "ad_use_clip_skip",
  "CLIP skip": "ad_clip_skip",
  "restore face": "ad_restore_face",
  "ControlNet model": "ad_controlnet_model",
  "ControlNet module": "ad_controlnet_module",
  "ControlNet weight": "ad_controlnet_weight",
  "ControlNet guidance start": "ad_controlnet_guidance_start",
  "ControlNet guidance end": "ad_controlnet_guidance_end",
  "ControlNet guidance start/end": "ad_controlnet_guidance_start_end",
  ...FORK_LABELS,
};

/** Values are texts even where they look like a number. */
const TEXTS: ReadonlySet<string> = new Set([
  "ad_model",
  "ad_model_classes",
  "ad_prompt",
  "ad_negative_prompt",
  "ad_checkpoint",
  "ad_vae",
  "ad_sampler",
  "ad_scheduler",
  ...FORK_TEXTS,
]);

/** Names are shorter; without a limit, what is no name is gone through from each of its characters. */
const FIELD = /([\w /]{1,100}):\s*("(?:\\.|[^\\"])*"|[^,]*)(?:,|$)/g;
/** A quotation that is never closed is looked through by every field behind it: more, and longer, is none of A1111's lines. */
const MOST_FIELDS = 2_000;
const LONGEST_LINE = 200_000;
const UNIT = /^ADetailer (.+?)(?: (\d+)(?:st|nd|rd|th))?$/;

const MODEL = /ADetailer model(?: \d+[a-z]{2})?:/g;

/** At the beginning, behind a comma, or on a line of its own. */
function beginsField(before: string): boolean {
  const bare = before.trimEnd();
  return before === "" || bare.endsWith(",") || before.slice(bare.length).includes("\n");
}

/** A prompt may begin like JSON; what is JSON is none. */
export function isInfotext(text: string): boolean {
  if (![...text.matchAll(MODEL)].some(({ index }) => beginsField(text.slice(0, index)))) return false;
  if (!/^\s*[[{]/.test(text)) return true;
  try {
    JSON.parse(text);
    return false;
  } catch {
    return true;
  }
}

export interface InfotextParts {
  /** Units by their number, as JSON has them. */
  readonly units: readonly { readonly path: string; readonly fields: JsonObject }[];
  readonly page: PageSettings;
  /** Whether the version is one of ADetailer Ultimate. */
  readonly fork: boolean;
  readonly faults: readonly SourceFault[];
}

/** A1111's line of generation parameters: `Steps: 25, …, ADetailer model: face_yolov8n.pt, …, ADetailer model 2nd: …`. */
export function readInfotext(text: string): InfotextParts {
  const found = text.split(/\r?\n/).find((one) => /\bADetailer model\b/.test(one)) ?? "";
  const line = found.length > LONGEST_LINE ? "" : found;
  const units = new Map<number, Record<string, JsonValue>>();
  const page = new Map<string, string>();
  const faults: SourceFault[] = [];
  let fork = false;
  let fields = 0;
  for (const [, name = "", raw = ""] of line.matchAll(FIELD)) {
    fields += 1;
    if (fields > MOST_FIELDS) break;
    const [, label, number] = UNIT.exec(name.trim()) ?? [];
    const value = unquote(raw.trim());
    if (label === undefined) page.set(name.trim(), value);
    else if (label === "version") fork = /\bplus\b/i.test(value);
    else if (label !== "enable" && label !== "skip img2img") {
      const field = LABELS[label];
      const unit = units.get(Number(number ?? 1)) ?? {};
      units.set(Number(number ?? 1), unit);
      if (field === undefined) faults.push(unknownLabel(name.trim(), label));
      else unit[field] = TEXTS.has(field) ? value : dataOf(value);
    }
  }
  const ordered = [...units].sort(([a], [b]) => a - b);
  return {
    units: ordered.map(([number, fields]) => ({ path: `unit ${number}`, fields })),
    page: pageOf(page),
    fork,
    faults,
  };
}

function unknownLabel(name: string, label: string): SourceFault {
  const known = suggestion(label, Object.keys(LABELS)).replace("mean ", "mean ADetailer ");
  return { path: [name], message: `unknown parameter of ADetailer.${known}` };
}

function unquote(text: string): string {
  if (!/^".*"$/s.test(text)) return text;
  try {
    return String(JSON.parse(text));
  } catch {
    return text.slice(1, -1);
  }
}

function dataOf(text: string): JsonValue {
  if (text === "True" || text === "False") return text === "True";
  const pair = /^\(([\d.]+), ([\d.]+)\)$/.exec(text);
  if (pair !== null) return pair.slice(1).map(Number);
  return text !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
}

function pageOf(fields: ReadonlyMap<string, string>): PageSettings {
  const number = (name: string): number | undefined => {
    const value = Number(fields.get(name) ?? Number.NaN);
    return Number.isFinite(value) ? value : undefined;
  };
  const [width, height] = (fields.get("Size") ?? "").split("x").map(Number);
  const hasSize = Number.isInteger(width) && Number.isInteger(height);
  return {
    steps: number("Steps"),
    cfgScale: number("CFG scale"),
    sampler: samplerName(fields.get("Sampler"), fields.get("Schedule type")),
    ...(hasSize ? { width, height } : {}),
    checkpoint: fields.get("Model"),
    clipSkip: number("Clip skip"),
  };
}

/** `DPM++ 2M` and `Karras` are one name in the API: `DPM++ 2M Karras`. */
export function samplerName(sampler: string | undefined, schedule: string | undefined): string | undefined {
  if (sampler === undefined || sampler === "" || sampler === "Use same sampler") return undefined;
  const plain = schedule === undefined || /^(automatic|use same scheduler|none)?$/i.test(schedule);
  return plain || sampler.toLowerCase().endsWith(schedule.toLowerCase()) ? sampler : `${sampler} ${schedule}`;
}
