import { createHash } from "node:crypto";
import { networksOf } from "../../models/networks.ts";
import type { DetectorManifest } from "../contracts/manifest.ts";
import { networkKey } from "./network.ts";
import { yoloNetworkKey } from "./yolo/yolo-network.ts";

/** Part of every key: a change of what any pipeline finds must change it. */
const PIPELINE_VERSION = 4;

/** What stands for all that a detector finds: its networks as converted, and how they are read. Part of the key of every cached mask. */
export function detectorModelKey(manifest: DetectorManifest): string {
  const { pipeline } = manifest;
  const networks =
    pipeline.kind === "yolo" ? [yoloNetworkKey(pipeline.source)] : networksOf(manifest).map(networkKey);
  const read = JSON.stringify([PIPELINE_VERSION, pipeline, networks]);
  return createHash("sha256").update(read).digest("hex");
}
