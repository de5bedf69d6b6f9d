import type { DetectorManifest } from "../src/contracts/manifest.ts";
import { ADETAILER_HOMEPAGE, ADETAILER_LICENCE, adetailerSource } from "./adetailer-source.ts";

export const faceYolov8n: DetectorManifest = {
  kind: "detector",
  id: "face_yolov8n",
  air: "runware:35@1",
  slug: "yolov8n-face",
  detects: "face",
  description: "Faces, drawn ones too; boxes. The quicker of two.",
  shape: "box",
  shapes: ["box", "ellipse"],
  comfortableSize: 0.03,
  pipeline: {
    kind: "yolo",
    source: adetailerSource(
      "face_yolov8n.pt",
      6_230_011,
      "70b640f8f60b1cf0dcc72f30caf3da9495eb2fb6509da48c53374ad6806e6a9c",
    ),
  },
  homepage: ADETAILER_HOMEPAGE,
  licence: ADETAILER_LICENCE,
};
