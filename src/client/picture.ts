import type { ArtifactUUID } from "../contracts/ids.ts";
import { MaskloomError } from "../errors.ts";

/** A picture to send: bytes, a Blob or File, a file of this machine (Node only), or one that the server has already. */
export type Picture =
  | Uint8Array
  | Blob
  | { readonly path: string }
  | { readonly artifact: ArtifactUUID | string };

export interface PictureFile {
  readonly name: string;
  readonly content: Blob;
}

export async function pictureFile(picture: Exclude<Picture, { artifact: unknown }>): Promise<PictureFile> {
  if (picture instanceof Uint8Array) return { name: "image", content: new Blob([picture as BlobPart]) };
  if (picture instanceof Blob) return { name: nameOf(picture) ?? "image", content: picture };
  return { name: picture.path.split(/[\\/]/).at(-1) ?? "image", content: await openFile(picture.path) };
}

function nameOf(blob: Blob): string | null {
  return "name" in blob && typeof blob.name === "string" && blob.name !== "" ? blob.name : null;
}

type BlobPart = ConstructorParameters<typeof Blob>[0] extends (infer Part)[] | undefined ? Part : never;

/** Without an import of node:fs, which no bundler for browsers could resolve. */
async function openFile(path: string): Promise<Blob> {
  const fs = globalThis.process?.getBuiltinModule?.("node:fs");
  if (fs === undefined) {
    throw new MaskloomError(
      "INPUT_INVALID",
      `image ${path}: paths work in Node only; give a Blob or its bytes`,
    );
  }
  try {
    return await fs.openAsBlob(path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new MaskloomError("INPUT_MISSING", `image ${path}: expected a readable file: ${reason}`, {
      cause: error,
    });
  }
}
