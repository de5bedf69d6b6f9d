import type { ImportedDetector } from "../detector-names.ts";
import { type DraftRecord, from } from "../draft.ts";
import type { Notes } from "../imported.ts";
import { literal } from "../prompt-text.ts";
import { gaussianReach, kernelRadius } from "../reach.ts";
import { type ADetailerSettings, type ADetailerUnit, fieldPath, type PlacedUnit } from "./unit.ts";

const SORTS: Readonly<Record<ADetailerSettings["ad_bbox_sortby"], string | undefined>> = {
  None: undefined,
  "Position (left to right)": "leftToRight",
  "Position (center to edge)": "centerToEdge",
  "Area (large to small)": "area",
};

const METHODS: Readonly<Record<ADetailerUnit["ad_mask_filter_method"], string>> = {
  Area: "area",
  Confidence: "confidence",
};

/** The step that finds and masks what one unit looks for. */
export function maskStep(
  id: string,
  inputImage: string,
  detector: ImportedDetector,
  placed: PlacedUnit,
  settings: ADetailerSettings,
  notes: Notes,
): DraftRecord {
  const { unit } = placed;
  const merged = unit.ad_mask_merge_invert !== "None";
  return {
    id,
    task: "imageMasking",
    inputImage,
    model: from(detector.model, `ad_model ${unit.ad_model}`),
    confidence: from(unit.ad_confidence, "ad_confidence"),
    select: selectionOf(placed, settings, notes),
    maskPadding: from(
      kernelRadius(unit.ad_dilate_erode),
      `ad_dilate_erode ${unit.ad_dilate_erode}: a square kernel of that side, as a radius`,
    ),
    maskBlur: from(
      gaussianReach(unit.ad_mask_blur),
      `ad_mask_blur ${unit.ad_mask_blur}: a Gaussian's deviation, as the width that it shows outside`,
    ),
    combine: from(merged ? "union" : "perDetection", `ad_mask_merge_invert ${unit.ad_mask_merge_invert}`),
    ...(unit.ad_mask_merge_invert === "Merge and Invert" ? { invert: true } : {}),
    onEmpty: from("skip", "nothing found: the picture stays as it is"),
  };
}

function selectionOf(placed: PlacedUnit, settings: ADetailerSettings, notes: Notes): DraftRecord | undefined {
  const { unit } = placed;
  const { ad_mask_k: most, ad_mask_min_ratio: least, ad_mask_max_ratio: largest } = unit;
  const order = SORTS[settings.ad_bbox_sortby];
  const byRank = METHODS[unit.ad_mask_filter_method];
  const sort =
    most > 0
      ? from(byRank, `ad_mask_filter_method ${unit.ad_mask_filter_method}`)
      : order && from(order, `ad_bbox_sortby ${settings.ad_bbox_sortby}`);
  if (most > 1 && order !== undefined && order !== byRank) {
    const what = `the ${most} of ad_mask_k stay in the order by which they are chosen (${byRank}); ADetailer sorts them anew by "${settings.ad_bbox_sortby}", which changes who gets which seed and which part of a [SEP] prompt.`;
    notes.add("changed", fieldPath(placed, "ad_mask_k"), what);
  }
  const selection = {
    minArea: least > 0 ? from(least, "ad_mask_min_ratio") : undefined,
    maxArea: largest < 1 ? from(largest, "ad_mask_max_ratio") : undefined,
    classes: classesOf(placed, notes),
    sort,
    take: most > 0 ? from(most, "ad_mask_k") : undefined,
  };
  return Object.values(selection).some((value) => value !== undefined) ? selection : undefined;
}

/** Only open-vocabulary models ("-world") take names of what to look for; of others ADetailer ignores them. */
function classesOf(placed: PlacedUnit, notes: Notes): DraftRecord | undefined {
  const { unit } = placed;
  const names = unit.ad_model_classes
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
  if (names.length === 0) return undefined;
  if (unit.ad_model.includes("-world")) {
    notes.add(
      "changed",
      fieldPath(placed, "ad_model_classes"),
      "these classes are chosen among those that the model knows; it is not taught new ones by their names.",
    );
    return { include: from(names.map(literal), "ad_model_classes") };
  }
  notes.add(
    "dropped",
    fieldPath(placed, "ad_model_classes"),
    `ADetailer itself ignores it for ${unit.ad_model}, which is no -world model; select.classes would choose classes of any model.`,
  );
  return undefined;
}
