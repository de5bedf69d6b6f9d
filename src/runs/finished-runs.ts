import type { OwnerUUID } from "../contracts/ids.ts";
import type { FinishedRun } from "../store/resume.ts";
import type { ArtifactLibrary } from "./artifact-library.ts";

/** Those whose results are all still stored: what somebody removed is made again. By the names of their pictures. */
export async function withPictures(
  artifacts: Pick<ArtifactLibrary, "has">,
  owner: OwnerUUID,
  finished: ReadonlyMap<string, FinishedRun>,
): Promise<ReadonlyMap<string, FinishedRun>> {
  const there = await Promise.all(
    [...finished].map(async ([file, run]) => {
      const has = await Promise.all(run.pictures.map((uuid) => artifacts.has(owner, uuid)));
      return has.every(Boolean) ? [[file, run] as const] : [];
    }),
  );
  return new Map(there.flat());
}
