import type { InpainterManifest } from "../src/contracts/manifest.ts";
import { esrganSources } from "./esrgan-weights.ts";

export const esrganDetail: InpainterManifest = {
  kind: "inpainter",
  id: "local:esrgan-detail",
  provider: "local",
  description:
    "Super-resolution that restores detail and invents nothing: the same face, crisper, at two, three or four times the size. " +
    "At the picture's own size the gain is small: use outputScale 2 or more. " +
    "For new content from a prompt use a generative inpainter.",
  capabilities: {
    hard: {
      mask: false,
      nativeSize: "own",
      maxSide: 8192,
      multipleOf: 1,
      aspect: null,
      answerScales: [1, 2, 3, 4],
    },
    soft: ["settings"],
    generative: false,
    edgeGuard: true,
    precision: "float",
    paid: false,
  },
  sources: esrganSources,
  licence: "MIT",
};
