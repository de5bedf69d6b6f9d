import { importComfyUI } from "../../../src/importers/comfyui/import-comfyui.ts";
import { readGraph } from "../../../src/importers/comfyui/read-graph.ts";
import { DEFAULT_INPAINTER } from "../../../src/importers/imported.ts";
import { type Checked, checked } from "../imported-workflow.ts";

export type ApiGraph = Readonly<Record<string, { class_type: string; inputs: Record<string, unknown> }>>;

export function importGraph(graph: unknown): Checked {
  const source = readGraph({ file: "graph.json", text: JSON.stringify(graph) });
  return checked(importComfyUI(source, { name: "imported", model: DEFAULT_INPAINTER }));
}

/** A picture, a checkpoint with two prompts and a detector: nodes 1 to 6. */
export const SURROUNDINGS: ApiGraph = {
  "1": { class_type: "CheckpointLoaderSimple", inputs: { ckpt_name: "sdxl.safetensors" } },
  "2": {
    class_type: "LoraLoader",
    inputs: {
      lora_name: "skin.safetensors",
      strength_model: 0.6,
      strength_clip: 1,
      model: ["1", 0],
      clip: ["1", 1],
    },
  },
  "3": { class_type: "CLIPTextEncode", inputs: { text: 'a woman: "freckles"', clip: ["2", 1] } },
  "4": { class_type: "CLIPTextEncode", inputs: { text: "blurry", clip: ["2", 1] } },
  "5": { class_type: "LoadImage", inputs: { image: "a.png" } },
  "6": { class_type: "UltralyticsDetectorProvider", inputs: { model_name: "bbox/face_yolov8n.pt" } },
};

export const VALUES = {
  guide_size: 512,
  guide_size_for: true,
  max_size: 1024,
  seed: 123,
  steps: 20,
  cfg: 7,
  sampler_name: "dpmpp_2m",
  scheduler: "karras",
  denoise: 0.45,
  feather: 5,
  noise_mask: true,
  force_inpaint: true,
  bbox_threshold: 0.5,
  bbox_dilation: 10,
  bbox_crop_factor: 3,
  sam_detection_hint: "center-1",
  sam_dilation: 0,
  sam_threshold: 0.93,
  sam_bbox_expansion: 0,
  sam_mask_hint_threshold: 0.7,
  sam_mask_hint_use_negative: "False",
  drop_size: 10,
  wildcard: "",
  cycle: 1,
};

export const LINKS = {
  image: ["5", 0],
  model: ["2", 0],
  clip: ["2", 1],
  vae: ["1", 2],
  positive: ["3", 0],
  negative: ["4", 0],
  bbox_detector: ["6", 0],
};

/** A FaceDetailer as node 7 with some inputs of its own. */
export function faceDetailer(inputs: object = {}, others: object = {}): ApiGraph {
  return {
    ...SURROUNDINGS,
    "7": { class_type: "FaceDetailer", inputs: { ...VALUES, ...LINKS, ...inputs } },
    ...others,
  };
}
