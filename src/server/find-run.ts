import type { OwnerUUID, RunUUID } from "../contracts/ids.ts";
import type { RunDetail } from "../contracts/run.ts";
import { MaskloomError } from "../errors.ts";
import { readPictureSizes } from "../store/picture-sizes.ts";
import type { Store } from "../store/store.ts";
import { readRuns } from "../store/views.ts";

/** @throws NOT_FOUND also where the run is somebody else's */
export async function findRun({ db }: Store, owner: OwnerUUID, runUUID: RunUUID): Promise<RunDetail> {
  const [run] = await readRuns(db, owner, [runUUID]);
  if (run !== undefined) return { ...run, sizes: await readPictureSizes(db, owner, run) };
  throw new MaskloomError("NOT_FOUND", `run ${runUUID}: expected the UUID of a run; there is none`);
}
