import type { DetectFields } from "../../api/detect.ts";

/** Bounds of the sliders: the contract's own where they are of use, narrower where nobody goes. */
export const RANGES = {
  confidence: { min: 0, max: 1, step: 0.01 },
  padding: { min: -128, max: 128, step: 1 },
  blur: { min: 0, max: 128, step: 1 },
  margin: { min: 0, max: 512, step: 1 },
} as const;
export type RangeName = keyof typeof RANGES;

/** The API's defaults; the margin is that of the ready-made workflows. */
export const DEFAULTS = { confidence: 0.25, padding: 4, blur: 4, margin: 32, tiling: "auto" } as const;

export const SHAPES = ["box", "ellipse", "hull", "segmentation"] as const;
type Shape = (typeof SHAPES)[number];

/** What is set on the page, all of it in the address; what stands at its default is left out. */
export interface PlaygroundSearch {
  /** UUID of the picture. */
  readonly image?: string;
  readonly model?: string;
  /** Where it looks; without it, this machine. The model beside it always looks here. */
  readonly provider?: string;
  /** A second model beside it. */
  readonly beside?: string;
  readonly confidence?: number;
  readonly padding?: number;
  readonly blur?: number;
  readonly margin?: number;
  /** Without it the model's own. */
  readonly shape?: Shape;
  readonly tiling?: "off";
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const PROVIDER = /^[a-z0-9][a-z0-9-]{0,39}$/;
const MODEL = /^[\w.:@/-]{1,200}$/;

/** What an address says, without what it should not. */
export function readPlaygroundSearch(search: Record<string, unknown>): PlaygroundSearch {
  const text = (name: string, pattern: RegExp) => {
    const value = search[name];
    return typeof value === "string" && pattern.test(value) ? { [name]: value } : {};
  };
  const shape = SHAPES.find((known) => known === search["shape"]);
  return {
    ...text("image", UUID),
    ...text("model", MODEL),
    ...text("provider", PROVIDER),
    ...text("beside", MODEL),
    ...readRange(search, "confidence"),
    ...readRange(search, "padding"),
    ...readRange(search, "blur"),
    ...readRange(search, "margin"),
    ...(shape === undefined ? {} : { shape }),
    ...(search["tiling"] === "off" ? { tiling: "off" } : {}),
  };
}

function readRange(search: Record<string, unknown>, name: RangeName): Partial<Record<RangeName, number>> {
  const value = search[name];
  const { min, max } = RANGES[name];
  if (typeof value !== "number" || !(value >= min && value <= max) || value === DEFAULTS[name]) return {};
  return { [name]: name === "confidence" ? value : Math.round(value) };
}

/** What is found elsewhere comes as a mask, whatever the same model gives here. */
const SHAPES_ELSEWHERE: readonly string[] = ["segmentation", "box", "ellipse"];

/** The same for a model that a provider has. */
export const toFieldsElsewhere = (
  search: PlaygroundSearch,
  model: string,
  provider: string,
): DetectFields => ({
  ...toDetectFields(search, model, SHAPES_ELSEWHERE),
  provider,
});

/** The address's words as the API's, for a model with these shapes: one that it does not have is left out. */
export function toDetectFields(
  search: PlaygroundSearch,
  model: string,
  shapes: readonly string[],
): DetectFields {
  const { confidence, padding, blur, tiling, shape } = { ...DEFAULTS, ...search };
  return {
    model,
    confidence,
    maskPadding: padding,
    maskBlur: blur,
    tiling,
    ...(shape !== undefined && shapes.includes(shape) ? { shape } : {}),
  };
}
