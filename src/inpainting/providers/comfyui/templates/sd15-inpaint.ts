import type { ApiGraph } from "../comfyui-wire.ts";

/**
 * Inpainting with any Stable Diffusion checkpoint (SDXL as well), made for inpainting or not, with ComfyUI's own nodes alone.
 * VAE, LoRAs, clip skip and ControlNets are there where a step has them (`optional-nodes.ts`); a ControlNet looks at our
 * crop. The result is a preview: like the pictures that are sent, it lies in a folder that ComfyUI empties when it starts.
 */
export const sd15Inpaint: ApiGraph = {
  "1": { class_type: "CheckpointLoaderSimple", inputs: { ckpt_name: "{{checkpoint}}" } },
  "2": { class_type: "LoadImage", inputs: { image: "{{image}}" } },
  "3": { class_type: "LoadImageMask", inputs: { image: "{{mask}}", channel: "alpha" } },
  "4": { class_type: "CLIPTextEncode", inputs: { text: "{{positivePrompt|}}", clip: ["12", 0] } },
  "5": { class_type: "CLIPTextEncode", inputs: { text: "{{negativePrompt|}}", clip: ["12", 0] } },
  "6": {
    class_type: "InpaintModelConditioning",
    inputs: {
      positive: ["14", 0],
      negative: ["14", 1],
      vae: ["10", 0],
      pixels: ["2", 0],
      mask: ["3", 0],
      noise_mask: true,
    },
  },
  "7": {
    class_type: "KSampler",
    inputs: {
      seed: "{{seed}}",
      steps: "{{steps|28}}",
      cfg: "{{CFGScale|7}}",
      sampler_name: "{{sampler|dpmpp_2m}}",
      scheduler: "{{schedule|karras}}",
      denoise: "{{strength|0.5}}",
      model: ["11", 0],
      positive: ["6", 0],
      negative: ["6", 1],
      latent_image: ["6", 2],
    },
  },
  "8": { class_type: "VAEDecode", inputs: { samples: ["7", 0], vae: ["10", 0] } },
  "9": { class_type: "PreviewImage", inputs: { images: ["8", 0] } },
  "10": { class_type: "VAELoader", inputs: { vae_name: "{{vae}}" } },
  "11": {
    class_type: "LoraLoader",
    inputs: {
      lora_name: "{{lora.model}}",
      strength_model: "{{lora.weight|1}}",
      strength_clip: "{{lora.weight|1}}",
      model: ["1", 0],
      clip: ["1", 1],
    },
  },
  "12": {
    class_type: "CLIPSetLastLayer",
    inputs: { stop_at_clip_layer: "{{clipLayer}}", clip: ["11", 1] },
  },
  "13": { class_type: "ControlNetLoader", inputs: { control_net_name: "{{controlNet.model}}" } },
  "14": {
    class_type: "ControlNetApplyAdvanced",
    inputs: {
      positive: ["4", 0],
      negative: ["5", 0],
      control_net: ["13", 0],
      image: ["2", 0],
      strength: "{{controlNet.weight|1}}",
      start_percent: "{{controlNet.start|0}}",
      end_percent: "{{controlNet.end|1}}",
    },
  },
};
