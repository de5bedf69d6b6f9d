import type { ApiGraph } from "../comfyui-wire.ts";

/**
 * Inpainting with any Stable Diffusion checkpoint, made for inpainting or not, with ComfyUI's own nodes alone. The result
 * is a preview: like the pictures that are sent, it lies in a folder that ComfyUI empties when it starts.
 */
export const sd15Inpaint: ApiGraph = {
  "1": { class_type: "CheckpointLoaderSimple", inputs: { ckpt_name: "{{checkpoint}}" } },
  "2": { class_type: "LoadImage", inputs: { image: "{{image}}" } },
  "3": { class_type: "LoadImageMask", inputs: { image: "{{mask}}", channel: "alpha" } },
  "4": { class_type: "CLIPTextEncode", inputs: { text: "{{positivePrompt|}}", clip: ["1", 1] } },
  "5": { class_type: "CLIPTextEncode", inputs: { text: "{{negativePrompt|}}", clip: ["1", 1] } },
  "6": {
    class_type: "InpaintModelConditioning",
    inputs: {
      positive: ["4", 0],
      negative: ["5", 0],
      vae: ["1", 2],
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
      model: ["1", 0],
      positive: ["6", 0],
      negative: ["6", 1],
      latent_image: ["6", 2],
    },
  },
  "8": { class_type: "VAEDecode", inputs: { samples: ["7", 0], vae: ["1", 2] } },
  "9": { class_type: "PreviewImage", inputs: { images: ["8", 0] } },
};
