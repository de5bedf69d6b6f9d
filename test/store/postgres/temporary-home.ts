import { chmod, mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { findPlace } from "../../../src/store/postgres/place.ts";
import { isPostmasterOf, readPostmaster } from "../../../src/store/postgres/postmaster.ts";

/** A home folder of its own for a test, which every account may enter, so that the database lies inside of it. */
export async function makeTemporaryHome(): Promise<string> {
  const home = await mkdtemp(path.join(os.tmpdir(), "maskloom-"));
  await chmod(home, 0o755);
  return home;
}

/** Stops the embedded server of that home, if one runs, and removes all its files. */
export async function removeTemporaryHome(home: string): Promise<void> {
  const place = await findPlace(home);
  const postmaster = await readPostmaster(place.data);
  if (postmaster !== null && (await isPostmasterOf(place.data, postmaster.pid))) {
    process.kill(postmaster.pid, "SIGINT");
    while (await isPostmasterOf(place.data, postmaster.pid)) await delay(20);
  }
  for (const folder of [place.folder, place.sockets, home])
    await rm(folder, { recursive: true, force: true, maxRetries: 10 });
}
