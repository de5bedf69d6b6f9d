import { queryOptions } from "@tanstack/react-query";
import { ApiError, isPassing } from "./api-error.ts";
import { artifactPath, thumbnailPath } from "./artifact-path.ts";
import { queryKeys } from "./query-keys.ts";
import { requestFile } from "./request.ts";

/** Why a picture cannot be seen, and will not be by itself. */
export interface MissingPicture {
  readonly kind: "gone" | "damaged";
  /** ISO; when it was removed, where that is known. */
  readonly since: string | null;
}

/** A picture that a browser has loaded. */
export interface SeenPicture {
  readonly kind: "there";
  /** Pixels, as it is shown upright. */
  readonly size: { readonly width: number; readonly height: number };
}

export const DAMAGED: MissingPicture = { kind: "damaged", since: null };
const GONE = new Set(["PICTURE_GONE", "PICTURE_UNKNOWN", "NOT_FOUND"]);

/** What the server's refusal to give out a picture means for whoever wants to see it. @throws what passes by itself, and what a key is needed for */
export function missingOf(error: unknown): MissingPicture {
  if (!(error instanceof ApiError)) throw error;
  if (GONE.has(error.code)) return { kind: "gone", since: error.since };
  if (error.code === "ARTIFACT_CORRUPT") return DAMAGED;
  if (error.status === 401 || isPassing(error)) throw error;
  return DAMAGED;
}

/** A small one, since that is asked for by a request that says why it failed. Null where there is one. */
async function whyMissing(artifact: string): Promise<MissingPicture | null> {
  try {
    await requestFile(thumbnailPath(artifact, 0));
    return null;
  } catch (error) {
    return missingOf(error);
  }
}

async function lookAt(artifact: string): Promise<SeenPicture | MissingPicture> {
  const path = artifactPath(artifact);
  const seen = await load(path);
  if (seen !== null) return seen;
  /* Where a small one can be made it was only the way, or what is at rest was damaged later. */
  return (await whyMissing(artifact)) ?? (await load(path)) ?? DAMAGED;
}

function load(path: string): Promise<SeenPicture | null> {
  return new Promise((resolve) => {
    const image = new Image();
    image.onload = () => {
      const size = { width: image.naturalWidth, height: image.naturalHeight };
      resolve(size.width === 0 ? null : { kind: "there", size });
    };
    image.onerror = () => resolve(null);
    image.src = path;
  });
}

/* Bytes never change under their UUID, and what is gone does not come back. */
const FOR_EVER = { staleTime: Number.POSITIVE_INFINITY } as const;

/** Loads a picture, or finds out why it cannot be seen. */
export const pictureQuery = (artifact: string) =>
  queryOptions({
    queryKey: queryKeys.picture(artifact),
    queryFn: () => lookAt(artifact),
    ...FOR_EVER,
  });

/** What the server has against it, which reads all of its file; null where there is nothing. */
export const whyMissingQuery = (artifact: string) =>
  queryOptions({
    queryKey: queryKeys.missingPicture(artifact),
    queryFn: () => whyMissing(artifact),
    ...FOR_EVER,
  });
