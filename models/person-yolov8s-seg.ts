import type { DetectorManifest } from "../src/contracts/manifest.ts";
import { ADETAILER_HOMEPAGE, ADETAILER_LICENCE, adetailerSource } from "./adetailer-source.ts";

export const personYolov8sSeg: DetectorManifest = {
  kind: "detector",
  id: "person_yolov8s-seg",
  air: "runware:35@5",
  slug: "yolov8s-person-seg",
  detects: "person",
  description: "People, each with a segmentation. The more exact of two.",
  shape: "segmentation",
  shapes: ["box", "ellipse", "hull", "segmentation"],
  comfortableSize: 0.09,
  pipeline: {
    kind: "yolo",
    source: adetailerSource(
      "person_yolov8s-seg.pt",
      23_850_731,
      "53c54aec2239355faffc6c5b70d0f3d05042f386f956cbec39cec46ad456f050",
    ),
  },
  homepage: ADETAILER_HOMEPAGE,
  licence: ADETAILER_LICENCE,
};
