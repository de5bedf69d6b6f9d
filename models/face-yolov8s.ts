import type { DetectorManifest } from "../src/contracts/manifest.ts";
import { ADETAILER_HOMEPAGE, ADETAILER_LICENCE, adetailerSource } from "./adetailer-source.ts";

export const faceYolov8s: DetectorManifest = {
  kind: "detector",
  id: "face_yolov8s",
  air: "runware:35@2",
  slug: "yolov8s-face",
  detects: "face",
  description: "Faces, drawn ones too; boxes. The more exact of two.",
  shape: "box",
  shapes: ["box", "ellipse"],
  comfortableSize: 0.03,
  pipeline: {
    kind: "yolo",
    source: adetailerSource(
      "face_yolov8s.pt",
      22_507_707,
      "c7237eff25787377de196961140ceaed324d859ee8de5a775d93d33a0e3fab78",
    ),
  },
  homepage: ADETAILER_HOMEPAGE,
  licence: ADETAILER_LICENCE,
};
