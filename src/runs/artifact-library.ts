import { LRUCache } from "lru-cache";
import type { BlobStore } from "../artifacts/blob-store.ts";
import { digestOfBytes } from "../artifacts/digest-of-bytes.ts";
import {
  type ArtifactUUID,
  type Digest,
  newArtifactUUID,
  type OwnerUUID,
  type TaskUUID,
} from "../contracts/ids.ts";
import { MaskloomError } from "../errors.ts";
import {
  type ArtifactRow,
  addArtifacts,
  copyArtifacts,
  deleteArtifact,
  findArtifact,
  useArtifact,
} from "../store/artifacts.ts";
import type { Store } from "../store/store.ts";
import { createStorageLimit } from "./owner-limits.ts";
import { whyNoPicture } from "./picture-gone.ts";

interface NewArtifact {
  readonly owner: OwnerUUID;
  readonly kind: ArtifactRow["kind"];
  readonly mediaType: string;
  readonly width: number | null;
  readonly height: number | null;
  readonly taskUUID?: TaskUUID;
}

export interface LoadedArtifact extends ArtifactRow {
  readonly content: Buffer;
}

/** Images and masks at rest: bytes in the blob store, names and owners in Postgres. */
export interface ArtifactLibrary {
  /** @throws BUDGET_EXCEEDED for what comes in where its owner may keep no more */
  save(bytes: Uint8Array, artifact: NewArtifact): Promise<{ uuid: ArtifactUUID; digest: Digest }>;
  /** @throws NOT_FOUND also where the artifact is somebody else's; PICTURE_GONE where it is no longer kept */
  find(owner: OwnerUUID, uuid: ArtifactUUID): Promise<ArtifactRow>;
  load(owner: OwnerUUID, uuid: ArtifactUUID): Promise<LoadedArtifact>;
  /** As `find`, but as it stands now: what was taken away a moment ago by another process is not there. */
  findNow(owner: OwnerUUID, uuid: ArtifactUUID): Promise<ArtifactRow>;
  /** The same in order to begin something with it: it is kept as long as a new one from now on, and is not deleted. */
  use(owner: OwnerUUID, uuid: ArtifactUUID): Promise<ArtifactRow>;
  /** Whether its bytes are still stored, for whoever can make them again; asking counts as a use. */
  has(owner: OwnerUUID, uuid: ArtifactUUID): Promise<boolean>;
  /**
   * Gives stored pictures further names, as if `task` had made them.
   * @param names by the names that they have
   * @returns whether all were still there
   */
  copy(owner: OwnerUUID, names: ReadonlyMap<ArtifactUUID, ArtifactUUID>, task: TaskUUID): Promise<boolean>;
}

/** Half of the time for which whoever erases leaves bytes alone that were put just now. */
const PUT_AGAIN_MS = 1_000;

/** Rows kept in memory; they never change. */
const ROWS_KEPT = 2_000;

export function createArtifactLibrary(store: Store, blobs: BlobStore): ArtifactLibrary {
  const assertRoom = createStorageLimit(store.db);
  const rows = new LRUCache<ArtifactUUID, ArtifactRow>({ max: ROWS_KEPT });

  const find = async (owner: OwnerUUID, uuid: ArtifactUUID): Promise<ArtifactRow> => {
    const known = rows.get(uuid);
    const row = known?.owner === owner ? known : await findArtifact(store.db, owner, uuid);
    if (row === null) throw await missing(owner, uuid);
    rows.set(row.uuid, row);
    return row;
  };

  const missing = (owner: OwnerUUID, uuid: ArtifactUUID) => whyNoPicture(store, owner, uuid, notFound(uuid));

  /** Bytes and name wait for the disk together; nobody knows the name before both are there. */
  const storeNamed = async (row: ArtifactRow, bytes: Uint8Array): Promise<void> => {
    const begun = performance.now();
    const [stored, named] = await Promise.allSettled([blobs.put(bytes), addArtifacts(store.db, [row])]);
    if (stored.status === "rejected") {
      /* The failure of the bytes is the one to tell; a name that leads nowhere is never used, and collected when it is old. */
      if (named.status === "fulfilled")
        await deleteArtifact(store.db, row.owner, row.uuid).catch(() => false);
      throw stored.reason;
    }
    if (named.status === "rejected") throw named.reason;
    /* Bytes without a name are left alone for a moment only: where the name had to wait, they may be gone. What was erased got none. */
    const mayBeGone = performance.now() - begun > PUT_AGAIN_MS;
    if (mayBeGone && (await findArtifact(store.db, row.owner, row.uuid)) !== null) await blobs.put(bytes);
  };

  return {
    find,
    findNow(owner, uuid) {
      rows.delete(uuid);
      return find(owner, uuid);
    },
    async use(owner, uuid) {
      const row = await useArtifact(store.db, owner, uuid);
      if (row === null) throw await missing(owner, uuid);
      return row;
    },
    async save(bytes, { owner, kind, mediaType, width, height, taskUUID }) {
      if (kind === "input") await assertRoom(owner, bytes.length);
      const row: ArtifactRow = {
        uuid: newArtifactUUID(),
        digest: digestOfBytes(bytes),
        owner,
        kind,
        taskUUID: taskUUID ?? null,
        bytes: bytes.byteLength,
        mediaType,
        width,
        height,
      };
      await storeNamed(row, bytes);
      rows.set(row.uuid, row);
      return { uuid: row.uuid, digest: row.digest };
    },
    async has(owner, uuid) {
      const row = await useArtifact(store.db, owner, uuid);
      return row !== null && blobs.has(row.digest);
    },
    async copy(owner, names, task) {
      return (await copyArtifacts(store.db, owner, names, task)) === names.size;
    },
    async load(owner, uuid) {
      const row = await find(owner, uuid);
      return { ...row, content: await blobs.get(row.digest) };
    },
  };
}

const notFound = (uuid: ArtifactUUID): MaskloomError =>
  new MaskloomError(
    "NOT_FOUND",
    `artifact ${uuid}: expected the UUID of a stored image or mask; there is none`,
  );
