import type { PulledSource } from "../src/contracts/manifest.ts";

const REVISION = "53cc19de382014514d9d4038601d261a7faa9b7b";

/** A detector of Bingsu/adetailer, at one revision for all. */
export function adetailerSource(file: string, bytes: number, sha256: string): PulledSource {
  return {
    url: `https://huggingface.co/Bingsu/adetailer/resolve/${REVISION}/${file}`,
    file,
    bytes,
    sha256,
  };
}

export const ADETAILER_HOMEPAGE = "https://huggingface.co/Bingsu/adetailer";

/** What the publisher says, and what whoever wrote the network says of everything that is trained with it. */
export const ADETAILER_LICENCE = "Apache-2.0 (publisher's card); Ultralytics: AGPL-3.0";
