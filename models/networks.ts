import type {
  DetectorManifest,
  InpainterManifest,
  ModelSource,
  PackagedSource,
  TfliteNetwork,
} from "../src/contracts/manifest.ts";

/** Every TFLite network of a detector, in the order in which they run. */
export function networksOf({ pipeline }: Pick<DetectorManifest, "pipeline">): TfliteNetwork[] {
  switch (pipeline.kind) {
    case "ssd":
      return [pipeline.network];
    case "yolo":
      return [];
    case "hand":
    case "pose":
    case "face-mesh":
      return [pipeline.detector.network, pipeline.landmarks];
    case "selfie":
      return [pipeline.network, ...pipeline.witnesses.map((witness) => witness.network)];
  }
}

/** Every file that a model needs. */
export function sourcesOf(
  manifest: Pick<DetectorManifest, "pipeline"> | Pick<InpainterManifest, "sources" | "network">,
): ModelSource[] {
  if (!("pipeline" in manifest)) {
    return [...manifest.sources, ...(manifest.network === undefined ? [] : [manifest.network.source])];
  }
  const { pipeline } = manifest;
  return pipeline.kind === "yolo" ? [pipeline.source] : packagedSourcesOf({ pipeline });
}

/** Those of them that npm brings. */
export function packagedSourcesOf(manifest: Pick<DetectorManifest, "pipeline">): PackagedSource[] {
  return networksOf(manifest).map((network) => network.source);
}
