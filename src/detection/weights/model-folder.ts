import path from "node:path";
import type { AddedSource, ModelSource, PulledSource } from "../../contracts/manifest.ts";

/** A weight file that lies in the models folder, not in an npm package. */
export type StoredSource = PulledSource | AddedSource;

/** Where things lie in the models folder; beside them, directly in it, the converted models by digest. */
export interface ModelFolder {
  readonly root: string;
  /** Manifests of the models that the user added, `<id>.json`, and their weights. */
  readonly added: string;
  /** Files of publishers, and `.part` files of pulls that were broken off. */
  readonly pulled: string;
  readonly digests: string;
}

export function modelFolder(root: string): ModelFolder {
  return {
    root,
    added: path.join(root, "added"),
    pulled: path.join(root, "pulled"),
    digests: path.join(root, "digests"),
  };
}

export function storedPath(folder: ModelFolder, source: StoredSource): string {
  return "url" in source ? path.join(folder.pulled, source.file) : path.join(folder.added, source.added);
}

export function isStored(source: ModelSource): source is StoredSource {
  return !("npm" in source);
}
