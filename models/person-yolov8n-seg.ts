import type { DetectorManifest } from "../src/contracts/manifest.ts";
import { ADETAILER_HOMEPAGE, ADETAILER_LICENCE, adetailerSource } from "./adetailer-source.ts";

export const personYolov8nSeg: DetectorManifest = {
  kind: "detector",
  id: "person_yolov8n-seg",
  air: "runware:35@4",
  slug: "yolov8n-person-seg",
  detects: "person",
  description: "People, each with a segmentation. The quicker of two.",
  shape: "segmentation",
  shapes: ["box", "ellipse", "hull", "segmentation"],
  comfortableSize: 0.09,
  pipeline: {
    kind: "yolo",
    source: adetailerSource(
      "person_yolov8n-seg.pt",
      6_777_003,
      "38fc8aaae97cb6e70be4ec44770005b26ed473471362afcda62a0037d7ccf432",
    ),
  },
  homepage: ADETAILER_HOMEPAGE,
  licence: ADETAILER_LICENCE,
};
