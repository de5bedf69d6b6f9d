import type { ImportedDetector } from "../detector-names.ts";
import { type DraftRecord, from } from "../draft.ts";
import type { Notes } from "../imported.ts";
import { literal } from "../prompt-text.ts";
import { gaussianReach, kernelRadius } from "../reach.ts";
import { indicesCondition } from "./fork-fields.ts";
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
    shape: isBoxed(detector, unit) ? from("box", "ad_use_bbox_mask") : undefined,
    combine: from(merged ? "union" : "perDetection", `ad_mask_merge_invert ${unit.ad_mask_merge_invert}`),
    ...(unit.ad_mask_merge_invert === "Merge and Invert" ? { invert: true } : {}),
    onEmpty: from("skip", "nothing found: the picture stays as it is"),
  };
}

/** Only a model that segments has anything but boxes. */
function isBoxed({ manifest }: ImportedDetector, unit: ADetailerUnit): boolean {
  if (!unit.ad_use_bbox_mask) return false;
  if (manifest === null) return /seg/i.test(unit.ad_model);
  return manifest.pipeline.kind === "yolo" && manifest.shape !== "box";
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
  const picked = indicesCondition(unit.ad_inpaint_indices);
  const selection = {
    where: picked === null ? undefined : from(picked, `ad_inpaint_indices ${unit.ad_inpaint_indices}`),
    minArea: least > 0 ? from(least, "ad_mask_min_ratio") : undefined,
    maxArea: largest < 1 ? from(largest, "ad_mask_max_ratio") : undefined,
    classes: classesOf(placed, notes),
    sort,
    take: most > 0 ? from(most, "ad_mask_k") : undefined,
  };
  return Object.values(selection).some((value) => value !== undefined) ? selection : undefined;
}

/**
 * Only open-vocabulary models ("-world") take names of what to look for; of others ADetailer ignores them, and its fork
 * chooses among the classes that they have.
 */
function classesOf(placed: PlacedUnit, notes: Notes): DraftRecord | undefined {
  const { unit } = placed;
  const names = namesIn(unit.ad_model_classes);
  const excluded = unit.ad_model_classes_exclude ? namesIn(unit.ad_model_classes_excluded) : [];
  if (placed.fork && !unit.ad_model.includes("-world"))
    return names.length + excluded.length === 0
      ? undefined
      : {
          include: names.length === 0 ? undefined : from(names, "ad_model_classes"),
          exclude: excluded.length === 0 ? undefined : from(excluded, "ad_model_classes_excluded"),
        };
  if (names.length === 0) return undefined;
  if (unit.ad_model.includes("-world")) {
    notes.add(
      "changed",
      fieldPath(placed, "ad_model_classes"),
      "these classes are chosen among those that the model knows; it is not taught new ones by their names.",
    );
    return { include: from(names, "ad_model_classes") };
  }
  notes.add(
    "dropped",
    fieldPath(placed, "ad_model_classes"),
    `ADetailer itself ignores it for ${unit.ad_model}, which is no -world model; select.classes would choose classes of any model.`,
  );
  return undefined;
}

const namesIn = (list: string): readonly string[] =>
  list
    .split(",")
    .map((name) => literal(name.trim()))
    .filter((name) => name !== "");
