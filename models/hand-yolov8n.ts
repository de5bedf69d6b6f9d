import type { DetectorManifest } from "../src/contracts/manifest.ts";
import { ADETAILER_HOMEPAGE, ADETAILER_LICENCE, adetailerSource } from "./adetailer-source.ts";

export const handYolov8n: DetectorManifest = {
  kind: "detector",
  id: "hand_yolov8n",
  air: "runware:35@3",
  slug: "yolov8n-hand",
  detects: "hand",
  description: "Hands, drawn ones too; boxes.",
  shape: "box",
  shapes: ["box", "ellipse"],
  pipeline: {
    kind: "yolo",
    source: adetailerSource(
      "hand_yolov8n.pt",
      6_237_883,
      "3991202eb69e9ddcb3b9ba80cdeb41e734ffaf844403d6c9f47d515cd88c6f29",
    ),
  },
  homepage: ADETAILER_HOMEPAGE,
  licence: ADETAILER_LICENCE,
};
