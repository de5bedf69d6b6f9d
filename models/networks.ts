import type { DetectorManifest, PackagedSource, TfliteNetwork } from "../src/contracts/manifest.ts";

/** Every network of a detector, in the order in which they run. */
export function networksOf({ pipeline }: Pick<DetectorManifest, "pipeline">): TfliteNetwork[] {
  return [pipeline.network];
}

/** Every file that a detector needs. */
export function sourcesOf(manifest: Pick<DetectorManifest, "pipeline">): PackagedSource[] {
  return networksOf(manifest).map((network) => network.source);
}
