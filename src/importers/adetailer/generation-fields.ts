import { type Draft, type DraftRecord, from } from "../draft.ts";
import { literal } from "../prompt-text.ts";
import { samplerName } from "./infotext.ts";
import type { ADetailerSource, ADetailerUnit } from "./unit.ts";

/* What a unit does not say for itself is as the picture was made: ADetailer runs within that very generation. A payload
   says how; elsewhere each picture carries it, and where one does not, the field is null, which leaves it out. */

/** The seed of the first find. */
export const OWN_SEED = "${inputs.seed ?? inputs.image.meta.seed ?? null}";

/** One for all finds; chance would give each its own. */
export const SAME_SEED = "${inputs.seed ?? inputs.image.meta.seed ?? 0}";

const META = "inputs.image.meta";
const SAMPLER = `(lower(${META}.scheduler ?? 'automatic') == 'automatic' ? ${META}.sampler : ${META}.sampler + ' ' + ${META}.scheduler)`;

interface OwnValue {
  /** Of the unit itself; undefined where it has none of its own. */
  readonly unit?: number | undefined;
  readonly page: number | undefined;
  /** What the picture carries. */
  readonly meta: string;
  readonly least: number;
  readonly most: number;
  /** The field of the unit, for the comment. */
  readonly field: string;
}

export function generationFields(unit: ADetailerUnit, source: ADetailerSource): DraftRecord {
  const { page } = source;
  const value = (own: OwnValue): Draft => ownValue(own, source);
  const vae = unit.ad_use_vae ? nameOf(unit.ad_vae) : nameOf(page.vae ?? null);
  return {
    steps: value({
      unit: unit.ad_use_steps ? unit.ad_steps : undefined,
      page: page.steps === undefined ? undefined : Math.round(page.steps),
      meta: `${META}.steps`,
      least: 1,
      most: 200,
      field: "ad_steps",
    }),
    CFGScale: value({
      unit: unit.ad_use_cfg_scale ? unit.ad_cfg_scale : undefined,
      page: page.cfgScale,
      meta: `${META}.CFGScale`,
      least: 0,
      most: 50,
      field: "ad_cfg_scale",
    }),
    scheduler: schedulerOf(unit, source),
    clipSkip: value({
      unit: unit.ad_use_clip_skip ? unit.ad_clip_skip - 1 : undefined,
      page: page.clipSkip === undefined ? undefined : Math.round(page.clipSkip) - 1,
      meta: `${META}.clipSkip - 1`,
      least: 0,
      most: 12,
      field: `ad_clip_skip ${unit.ad_clip_skip}: 1 is the last layer there, none skipped here`,
    }),
    vae: vae === undefined ? undefined : from(literal(vae), unit.ad_use_vae ? "ad_vae" : "the payload's"),
  };
}

/**
 * The longer side that a crop is scaled to.
 * @param find the name of one find in expressions; null where all are one mask
 */
export function guideSizeOf(unit: ADetailerUnit, source: ADetailerSource, find: string | null): Draft {
  const { width, height } = source.page;
  const { ad_inpaint_width: ownWidth, ad_inpaint_height: ownHeight, ad_resolution_scale: scale } = unit;
  if (unit.ad_use_resolution_scale && !unit.ad_use_inpaint_width_height && find !== null)
    return from(
      `\${clamp(round(${scale} * max(${find}.box.width, ${find}.box.height)), 64, 4096)}`,
      `ad_resolution_scale ${scale}, of the box`,
    );
  return ownValue(
    {
      unit: unit.ad_use_inpaint_width_height ? Math.max(ownWidth, ownHeight) : undefined,
      page: width === undefined || height === undefined ? undefined : Math.round(Math.max(width, height)),
      meta: `max(${META}.size.width, ${META}.size.height)`,
      least: 64,
      most: 4096,
      field: `the longer of ad_inpaint_width ${ownWidth} and ad_inpaint_height ${ownHeight}`,
    },
    source,
  );
}

function ownValue({ unit, page, meta, least, most, field }: OwnValue, { what }: ADetailerSource): Draft {
  const within = (value: number): number => Math.min(Math.max(value, least), most);
  if (unit !== undefined) return from(within(unit), field);
  if (page !== undefined && what !== "infotext") return from(within(page), "the payload's");
  const otherwise = page === undefined ? null : within(page);
  return from(`\${clamp(${meta}, ${least}, ${most}) ?? ${otherwise}}`, "the picture's own");
}

function schedulerOf(unit: ADetailerUnit, { page, what }: ADetailerSource): Draft {
  const own = unit.ad_use_sampler ? samplerName(unit.ad_sampler, unit.ad_scheduler) : undefined;
  if (own !== undefined) return from(literal(own), "ad_sampler, ad_scheduler");
  if (page.sampler !== undefined && what !== "infotext") return from(literal(page.sampler), "the payload's");
  const plain = page.sampler !== undefined && /^[\w +.()-]+$/.test(page.sampler);
  return from(`\${${SAMPLER} ?? ${plain ? `'${page.sampler}'` : null}}`, "the picture's own");
}

/** A name that says something. */
export function nameOf(name: string | null): string | undefined {
  return name === null || /^(none|use same (checkpoint|vae)|automatic)?$/i.test(name.trim())
    ? undefined
    : name;
}
