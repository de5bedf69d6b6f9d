/* The order in which the editor's format writes the values of a node; the API's format names them itself. */

const SAMPLING = [
  "guide_size",
  "guide_size_for",
  "max_size",
  "seed",
  "steps",
  "cfg",
  "sampler_name",
  "scheduler",
  "denoise",
  "feather",
  "noise_mask",
  "force_inpaint",
];
const DETECTION = [
  "bbox_threshold",
  "bbox_dilation",
  "bbox_crop_factor",
  "sam_detection_hint",
  "sam_dilation",
  "sam_threshold",
  "sam_bbox_expansion",
  "sam_mask_hint_threshold",
  "sam_mask_hint_use_negative",
  "drop_size",
];
const CYCLE = ["cycle", "inpaint_model", "noise_mask_feather", "tiled_encode", "tiled_decode"];
const DETECTOR = ["threshold", "dilation", "crop_factor", "drop_size", "labels"];
const SIMPLE_DETECTOR = [
  "bbox_threshold",
  "bbox_dilation",
  "crop_factor",
  "drop_size",
  "sub_threshold",
  "sub_dilation",
  "sub_bbox_expansion",
  "sam_mask_hint_threshold",
  "post_dilation",
];
const FOR_EACH = [...SAMPLING, "wildcard", ...CYCLE];
const FOR_EACH_PIPE = [...SAMPLING, "wildcard", "refiner_ratio", ...CYCLE];

const MASK_PIPE = [
  "guide_size",
  "guide_size_for",
  "max_size",
  "mask_mode",
  "seed",
  "steps",
  "cfg",
  "sampler_name",
  "scheduler",
  "denoise",
  "feather",
  "crop_factor",
  "drop_size",
  "refiner_ratio",
  "batch_size",
  "cycle",
  "inpaint_model",
  "noise_mask_feather",
];
const ORDER = ["target", "order", "take_start", "take_count"];
const RANGE = ["target", "mode", "min_value", "max_value"];
const LABELS = ["preset", "labels"];
const COMBINED = ["threshold", "dilation"];

export const WIDGETS: Readonly<Record<string, readonly string[]>> = {
  FaceDetailer: [...SAMPLING, ...DETECTION, "wildcard", ...CYCLE],
  FaceDetailerPipe: [...SAMPLING, ...DETECTION, "refiner_ratio", ...CYCLE],
  DetailerForEach: FOR_EACH,
  DetailerForEachAutoRetry: [...SAMPLING, "wildcard", "cycle", "max_retries", ...CYCLE.slice(1)],
  DetailerForEachDebug: FOR_EACH,
  DetailerForEachPipe: FOR_EACH_PIPE,
  DetailerForEachDebugPipe: FOR_EACH_PIPE,
  MaskDetailerPipe: MASK_PIPE,
  BboxDetectorSEGS: DETECTOR,
  SegmDetectorSEGS: DETECTOR,
  MaskToSEGS: ["combined", "crop_factor", "bbox_fill", "drop_size", "contour_fill"],
  ImpactSimpleDetectorSEGS: SIMPLE_DETECTOR,
  ImpactSimpleDetectorSEGSPipe: SIMPLE_DETECTOR,
  BboxDetectorCombined: COMBINED,
  BboxDetectorCombined_v2: COMBINED,
  SegmDetectorCombined: COMBINED,
  SegmDetectorCombined_v2: COMBINED,
  ImpactSEGSOrderedFilter: ORDER,
  ImpactSEGSRangeFilter: RANGE,
  ImpactSEGSLabelFilter: LABELS,
  SEGSOrderedFilterDetailerHookProvider: ORDER,
  SEGSRangeFilterDetailerHookProvider: RANGE,
  SEGSLabelFilterDetailerHookProvider: LABELS,
  DenoiseSchedulerDetailerHookProvider: ["schedule_for_cycle", "target_denoise"],
  UltralyticsDetectorProvider: ["model_name"],
  ToDetailerPipe: ["wildcard"],
  BasicPipeToDetailerPipe: ["wildcard"],
  EditDetailerPipe: ["wildcard"],
  CheckpointLoaderSimple: ["ckpt_name"],
  UNETLoader: ["unet_name"],
  VAELoader: ["vae_name"],
  CLIPTextEncode: ["text"],
  LoraLoader: ["lora_name", "strength_model", "strength_clip"],
  LoraLoaderModelOnly: ["lora_name", "strength_model"],
};

/** What the editor writes after a seed: what becomes of it at the next run. */
export const SEED_CONTROLS: ReadonlySet<unknown> = new Set(["fixed", "increment", "decrement", "randomize"]);

/** Under this name the graph keeps it. */
export const SEED_CONTROL = "control_after_generate";
