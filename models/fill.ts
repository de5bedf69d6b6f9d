import type { InpainterManifest } from "../src/contracts/manifest.ts";

export const fill: InpainterManifest = {
  kind: "inpainter",
  id: "local:fill",
  provider: "local",
  description:
    "Fills the masked part without any model: blur, pixelate, one colour, or the surroundings drawn inwards. " +
    "Made for anonymising: it restores nothing, invents nothing, and leaves nothing unpainted.",
  capabilities: {
    hard: {
      mask: true,
      nativeSize: "own",
      maxSide: 16_384,
      multipleOf: 1,
      aspect: null,
      answerScales: [1],
    },
    soft: ["settings"],
    generative: false,
    edgeGuard: false,
    precision: "float",
    paid: false,
  },
  sources: [],
  licence: "Apache-2.0",
};
