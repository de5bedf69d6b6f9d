import { setTimeout as sleep } from "node:timers/promises";
import type { BlobStore } from "../../artifacts/blob-store.ts";
import type { ArtifactUUID, Digest, OwnerUUID, RunUUID } from "../../contracts/ids.ts";
import type { Erased } from "../../contracts/owners.ts";
import { cancelRuns } from "../../store/cancel.ts";
import { collectDeleted, findUnknownBlobs } from "../../store/collect.ts";
import { closeOwner, eraseRestOf, hidePicturesOf, someRunsOf } from "../../store/erase-owner.ts";
import { eraseRuns as eraseStoredRuns } from "../../store/erase-runs.ts";
import { readInstallation } from "../../store/secrets.ts";
import type { Store } from "../../store/store.ts";
import { type Actor, audit } from "../actions/actor.ts";
import { removeUnlessKnown } from "./remove-blobs.ts";

type Place = { readonly store: Store; readonly blobs: BlobStore };

/** What was done so far of something that is done in portions. */
type Tally = { -readonly [Name in keyof Erased]: Erased[Name] };

const RUNS_AT_ONCE = 50;
const PICTURES_AT_ONCE = 500;
/** Of one request: whoever asks again goes on. */
const LONGEST_MS = 20_000;

/**
 * Takes away runs of an owner now: their rows, and the bytes of the pictures that nobody else has. One under way is cancelled
 * first. Faces are personal data: nothing is left for a later look that could be done at once.
 */
export async function eraseRuns(place: Place, actor: Actor, runs: readonly RunUUID[]): Promise<Erased> {
  const tally = newTally();
  const end = performance.now() + LONGEST_MS;
  const digests = new Set<Digest>();
  for (let at = 0; at < runs.length && !tally.more; at += RUNS_AT_ONCE) {
    const page = runs.slice(at, at + RUNS_AT_ONCE);
    const gone = await erasePage(place, actor.owner, page, tally);
    for (const digest of gone) digests.add(digest);
    tally.more = at + page.length < runs.length && performance.now() > end;
  }
  await removeBytes(place, [...digests], tally);
  if (tally.runs > 0) await audit(place.store.db, actor, "runs.erase", "runs", { ...tally });
  return tally;
}

/**
 * Takes away everything of an owner: keys, runs, pictures, workflows. What stays are sums of money and the fact that something was
 * done. Asked again it goes on where it stopped.
 */
export async function eraseOwner(
  place: Place,
  actor: Actor,
  owner: OwnerUUID,
  longestMs = LONGEST_MS,
): Promise<Erased> {
  const { store } = place;
  const tally = newTally();
  const end = performance.now() + longestMs;
  await closeOwner(store.db, owner);
  store.wakeUps.notify("keys", "feeds");
  for (;;) {
    const page = await someRunsOf(store.db, owner, RUNS_AT_ONCE);
    if (page.length === 0) break;
    await removeBytes(place, await erasePage(place, owner, page, tally), tally);
    if (performance.now() > end) return { ...tally, more: true };
  }
  for (;;) {
    const { pictures, digests } = await hidePicturesOf(store.db, owner, PICTURES_AT_ONCE);
    if (pictures.length === 0) break;
    const further = await collect(place, pictures, tally);
    await removeBytes(place, [...new Set([...digests, ...further])], tally);
    if (performance.now() > end) return { ...tally, more: true };
  }
  await eraseRestOf(store.db, owner);
  await audit(store.db, actor, "owner.erase", owner, { ...tally });
  store.wakeUps.notify("keys", "events", "installation");
  return tally;
}

const newTally = (): Tally => ({ runs: 0, pictures: 0, files: 0, shared: 0, more: false });

async function erasePage(
  place: Place,
  owner: OwnerUUID,
  runs: readonly RunUUID[],
  tally: Tally,
): Promise<readonly Digest[]> {
  const { store } = place;
  await cancelRuns(store.db, owner, { runs });
  store.wakeUps.notify("cancelled", "ended", "ready", "events");
  const erased = await eraseStoredRuns(store.db, owner, runs);
  tally.runs += erased.runs;
  return [...new Set([...erased.digests, ...(await collect(place, erased.pictures, tally))])];
}

/** @returns digests that nothing refers to any more, those of small copies included */
async function collect(
  { store }: Place,
  uuids: readonly ArtifactUUID[],
  tally: Tally,
): Promise<readonly Digest[]> {
  if (uuids.length === 0) return [];
  const { pictures, digests } = await collectDeleted(store.db, uuids);
  tally.pictures += pictures;
  return digests;
}

/** Between bytes and their row a moment passes: who puts the same ones just now may be about to say what they are. */
const JUST_PUT_MS = 2_000;
const ROUNDS = 5;

/** Unlike a collector it waits for what was put a moment ago, so that it is gone when the request is answered. */
async function removeBytes({ store, blobs }: Place, digests: readonly Digest[], tally: Tally): Promise<void> {
  if (digests.length === 0) return;
  const isOurs = await blobs.claim(await readInstallation(store.db));
  let left: readonly Digest[] = isOurs ? digests : [];
  for (let round = 0; round < ROUNDS && left.length > 0; round += 1) {
    if (round > 0) await sleep(JUST_PUT_MS);
    const unknown = await findUnknownBlobs(store.db, left);
    const young: Digest[] = [];
    for (const digest of unknown) {
      if (await removeUnlessKnown(store.db, blobs, digest, JUST_PUT_MS)) tally.files += 1;
      else if (await blobs.has(digest)) young.push(digest);
    }
    left = young;
  }
  tally.shared += digests.length - (await findUnknownBlobs(store.db, digests)).length;
}
