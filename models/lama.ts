import type { InpainterManifest } from "../src/contracts/manifest.ts";

/** Both sides of what it was exported for: its Fourier transforms are tables of that size. */
const SIDE = 512;
const REVISION = "aee6d22f0a13e5e35af1c9a1c3afd62841fc6f3f";

/** LaMa (Suvorov et al., "Resolution-robust large mask inpainting with Fourier convolutions", 2022), as OpenCV gives it out. */
export const lama: InpainterManifest = {
  kind: "inpainter",
  id: "local:lama",
  slug: "lama",
  provider: "local",
  description:
    "Takes what the mask covers out of the picture and continues the surroundings into its place, without a prompt: " +
    "for removing objects and people, not for new faces.",
  capabilities: {
    hard: { mask: true, nativeSize: SIDE, maxSide: SIDE, multipleOf: SIDE, aspect: 1, answerScales: [1] },
    soft: [],
    generative: true,
    edgeGuard: true,
    precision: "float",
    paid: false,
  },
  sources: [],
  network: {
    source: {
      url: `https://huggingface.co/opencv/inpainting_lama/resolve/${REVISION}/inpainting_lama_2025jan.onnx`,
      file: "inpainting_lama_2025jan.onnx",
      bytes: 92_591_623,
      sha256: "7df918ac3921d3daf0aae1d219776cf0dc4e4935f035af81841b40adcf74fdf2",
    },
    // The network it was made of, and the one that was trained, take red first; OpenCV's demo hands it blue first.
    image: { name: "image", type: "float32", range: [0, 1], channels: "RGB" },
    mask: { name: "mask", type: "float32", keep: 0, repaint: 1 },
    output: { name: "output", range: [0, 255] },
    size: [SIDE, SIDE],
  },
  homepage: "https://huggingface.co/opencv/inpainting_lama",
  licence: "Apache-2.0",
};
