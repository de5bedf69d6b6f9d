import type { ApiGraph } from "../comfyui-wire.ts";

/**
 * Inpainting with FLUX.1 Fill, which was made for nothing else, as ComfyUI's own example has it: the model, its two text
 * encoders and its VAE are files of their own. Guidance is distilled into the model (`CFGScale` is that guidance), so that
 * there is no negative prompt; the mask goes to the model itself, not to the sampler.
 */
export const fluxFill: ApiGraph = {
  "1": {
    class_type: "UNETLoader",
    inputs: { unet_name: "{{unet|flux1-fill-dev.safetensors}}", weight_dtype: "{{weightType|default}}" },
  },
  "2": {
    class_type: "DualCLIPLoader",
    inputs: {
      clip_name1: "{{clip|clip_l.safetensors}}",
      clip_name2: "{{t5|t5xxl_fp16.safetensors}}",
      type: "flux",
    },
  },
  "3": { class_type: "VAELoader", inputs: { vae_name: "{{vae|ae.safetensors}}" } },
  "4": { class_type: "LoadImage", inputs: { image: "{{image}}" } },
  "5": { class_type: "LoadImageMask", inputs: { image: "{{mask}}", channel: "alpha" } },
  "6": {
    class_type: "LoraLoader",
    inputs: {
      lora_name: "{{lora.model}}",
      strength_model: "{{lora.weight|1}}",
      strength_clip: "{{lora.weight|1}}",
      model: ["1", 0],
      clip: ["2", 0],
    },
  },
  "7": { class_type: "CLIPTextEncode", inputs: { text: "{{positivePrompt|}}", clip: ["6", 1] } },
  "8": {
    class_type: "FluxGuidance",
    inputs: { conditioning: ["7", 0], guidance: "{{CFGScale|30}}" },
  },
  "9": { class_type: "CLIPTextEncode", inputs: { text: "", clip: ["6", 1] } },
  "10": { class_type: "DifferentialDiffusion", inputs: { model: ["6", 0] } },
  "11": {
    class_type: "InpaintModelConditioning",
    inputs: {
      positive: ["8", 0],
      negative: ["9", 0],
      vae: ["3", 0],
      pixels: ["4", 0],
      mask: ["5", 0],
      noise_mask: false,
    },
  },
  "12": {
    class_type: "KSampler",
    inputs: {
      seed: "{{seed}}",
      steps: "{{steps|20}}",
      cfg: 1,
      sampler_name: "{{sampler|euler}}",
      scheduler: "{{schedule|normal}}",
      denoise: "{{strength|1}}",
      model: ["10", 0],
      positive: ["11", 0],
      negative: ["11", 1],
      latent_image: ["11", 2],
    },
  },
  "13": { class_type: "VAEDecode", inputs: { samples: ["12", 0], vae: ["3", 0] } },
  "14": { class_type: "PreviewImage", inputs: { images: ["13", 0] } },
};
