import type { DetectorManifest } from "../contracts/manifest.ts";
import { createSsdDecoder, type Decode } from "./ssd-decoder.ts";

/** One row for each kind of network. */
export const DECODERS: Readonly<
  Record<DetectorManifest["decoder"]["kind"], (manifest: DetectorManifest) => Decode>
> = {
  ssd: createSsdDecoder,
};
