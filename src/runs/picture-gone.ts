import type { ArtifactUUID, OwnerUUID } from "../contracts/ids.ts";
import { MaskloomError } from "../errors.ts";
import { findCollected } from "../store/collected-pictures.ts";
import type { Store } from "../store/store.ts";

/** Why there is no picture of this name: it was removed because nobody had used it, or else what the caller says. */
export async function whyNoPicture(
  { db }: Pick<Store, "db">,
  owner: OwnerUUID,
  uuid: ArtifactUUID,
  unknown: MaskloomError,
): Promise<MaskloomError> {
  const since = await findCollected(db, owner, uuid);
  if (since === null) return unknown;
  return new MaskloomError(
    "PICTURE_GONE",
    `picture ${uuid}: it is no longer kept: nobody had used it for as long as pictures are kept (MASKLOOM_KEEP_DAYS), or room ` +
      `was needed (MASKLOOM_KEEP_GIGABYTES), so that it was removed at ${since.toISOString()}; send its file again to have it anew`,
    { since },
  );
}

/** Whether a picture is not there, for whichever reason. */
export function isNoPicture(error: unknown): boolean {
  return error instanceof MaskloomError && ["NOT_FOUND", "PICTURE_GONE"].includes(error.code);
}
