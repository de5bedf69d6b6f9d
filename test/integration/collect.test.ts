import { randomBytes } from "node:crypto";
import { readdir, rm, utimes } from "node:fs/promises";
import path from "node:path";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { digestOfBytes } from "../../src/artifacts/digest-of-bytes.ts";
import { ArtifactUUID, type Digest, type RunUUID } from "../../src/contracts/ids.ts";
import { RunDetail } from "../../src/contracts/run.ts";
import { MaskloomError } from "../../src/errors.ts";
import { createArtifactLibrary } from "../../src/runs/artifact-library.ts";
import { collectGarbage } from "../../src/runs/collect/collect-garbage.ts";
import { startCollecting } from "../../src/runs/collect/keep-collecting.ts";
import type { Services } from "../../src/runs/services.ts";
import type { RunningServer } from "../../src/server/start-server.ts";
import { changeSetting } from "../../src/store/changed-settings.ts";
import { countUnused } from "../../src/store/collect.ts";
import { storedBytes } from "../../src/store/collect-intermediates.ts";
import { LOCAL_OWNER } from "../../src/store/owners.ts";
import { readInstallation } from "../../src/store/secrets.ts";
import { openServerHost, pictureForm, plainPicture, type ServerHost } from "./server-host.ts";

const DAY_MS = 86_400_000;
const never = new AbortController().signal;

/* No worker runs here: a run that begins stays under way until the test ends it. */
describe("collecting what nobody needs", () => {
  let host: ServerHost;
  let services: Services;
  let server: RunningServer;
  beforeAll(async () => {
    host = await openServerHost();
    services = host.services;
    server = await host.start();
  });
  afterAll(() => host.stop());

  let turn = 0;
  /** A picture like no other. */
  const newPicture = () => {
    turn += 1;
    return plainPicture(100 + turn, 50);
  };
  const upload = async (bytes?: Buffer) => {
    const data = (bytes ?? (await newPicture())).toString("base64");
    return services.pictures.read(LOCAL_OWNER, { kind: "base64", data }, never);
  };
  const collect = (keepMs = 30 * DAY_MS, thorough = false) =>
    collectGarbage(services.store, services.blobs, { keepMs, thorough, signal: never });
  const setLastUse = (uuid: ArtifactUUID, days: number) =>
    services.store.db
      .updateTable("artifacts")
      .set({ last_used_at: new Date(Date.now() - days * DAY_MS) })
      .where("uuid", "=", uuid)
      .execute();
  /** As if the bytes had been put so long ago. */
  const age = async (digest: Digest, days = 1) => {
    const then = new Date(Date.now() - days * DAY_MS);
    await utimes(services.blobs.pathOf?.(digest) ?? "", then, then);
  };
  const oldUpload = async (days: number, bytes?: Buffer) => {
    const picture = await upload(bytes);
    await setLastUse(picture.uuid, days);
    await age(picture.digest, days);
    return picture;
  };
  const isThere = async ({ uuid, digest }: { uuid: ArtifactUUID; digest: Digest }) => {
    const row = await services.store.db
      .selectFrom("artifacts")
      .select("uuid")
      .where("uuid", "=", uuid)
      .execute();
    return { name: row.length === 1, bytes: await services.blobs.has(digest) };
  };
  const BOTH = { name: true, bytes: true };
  const NEITHER = { name: false, bytes: false };
  const begin = async (bytes?: Buffer) => {
    const form = await pictureForm({}, bytes ?? (await newPicture()));
    return RunDetail.parse(
      await (await fetch(new URL("/api/runs", server.url), { method: "POST", body: form })).json(),
    );
  };
  const inputOf = async ({ inputs }: RunDetail) => {
    const uuid = ArtifactUUID.parse((inputs["image"] as { uuid: string }).uuid);
    return services.artifacts.find(LOCAL_OWNER, uuid);
  };
  const end = (run: RunUUID) =>
    sql`update runs set status = 'succeeded', ended_at = now() where uuid = ${run}`.execute(
      services.store.db,
    );

  it("removes after the days, not before, and says how much beforehand", async () => {
    const [old, young] = [await oldUpload(31), await oldUpload(29)];
    const before = await countUnused(services.store.db, 30 * DAY_MS);
    const { bytes } = await services.artifacts.find(LOCAL_OWNER, old.uuid);
    expect(before).toEqual({ pictures: 1, bytes });
    expect(await collect()).toEqual({ pictures: 1, blobs: 1 });
    expect(await isThere(old)).toEqual(NEITHER);
    expect(await isThere(young)).toEqual(BOTH);
    await expect(
      services.pictures.read(LOCAL_OWNER, { kind: "uuid", uuid: old.uuid }, never),
    ).rejects.toMatchObject({ code: "PICTURE_GONE" });
  });

  it("keeps what was used meanwhile", async () => {
    const picture = await oldUpload(29.9);
    await services.pictures.read(LOCAL_OWNER, { kind: "uuid", uuid: picture.uuid }, never);
    await collect(1 * DAY_MS);
    expect(await isThere(picture)).toEqual(BOTH);
  });

  it("keeps the bytes as long as any name leads to them", async () => {
    const bytes = await newPicture();
    const [old, young] = [await oldUpload(40, bytes), await upload(bytes)];
    await collect();
    expect(await isThere(old)).toEqual({ name: false, bytes: true });
    await setLastUse(young.uuid, 40);
    await age(young.digest);
    await collect();
    expect(await isThere(young)).toEqual(NEITHER);
  });

  it("takes what was converted from a picture along with it", async () => {
    const picture = await upload();
    const url = services.pictures.urlOf(LOCAL_OWNER, picture.uuid, {
      outputFormat: "JPG",
      outputQuality: 95,
      baseUrl: server.url,
    });
    const etag = (await fetch(url)).headers.get("etag") ?? "";
    const converted = etag.slice(1, -1) as Digest;
    expect(await services.blobs.has(converted)).toBe(true);
    await setLastUse(picture.uuid, 40);
    await Promise.all([age(picture.digest), age(converted)]);
    expect(await collect()).toEqual({ pictures: 1, blobs: 2 });
    expect(await services.blobs.has(converted)).toBe(false);
  });

  it("never takes what a run under way has, whatever its age, and takes it when the run has ended", async () => {
    const run = await begin();
    const input = await inputOf(run);
    const result = await upload();
    await sql`update tasks set output = ${JSON.stringify({ maskImage: result.uuid })}::jsonb
      where run_uuid = ${run.runUUID}`.execute(services.store.db);
    for (const { uuid, digest } of [input, result]) {
      await setLastUse(uuid, 400);
      await age(digest, 400);
    }
    for (const status of ["queued", "running", "review"]) {
      await sql`update runs set status = ${status} where uuid = ${run.runUUID}`.execute(services.store.db);
      await collect();
      expect([await isThere(input), await isThere(result)], status).toEqual([BOTH, BOTH]);
    }
    await end(run.runUUID);
    await sql`update batches set status = 'ended' where uuid = ${run.batchUUID}`.execute(services.store.db);
    expect(await collect()).toEqual({ pictures: 2, blobs: 2 });
    expect([await isThere(input), await isThere(result)]).toEqual([NEITHER, NEITHER]);
  });

  it("never takes a result that is still to be sent to where its client wants it", async () => {
    const run = await begin();
    const input = await inputOf(run);
    await setLastUse(input.uuid, 400);
    await age(input.digest, 400);
    await end(run.runUUID);
    const { db } = services.store;
    await sql`update batches set status = 'ended' where uuid = ${run.batchUUID}`.execute(db);
    await sql`insert into api_tasks (owner_uuid, task_uuid, task_type, digest, request, delivery, run_uuid, follow_up)
      values (${LOCAL_OWNER}, ${run.runUUID}, 'imageMasking', '', '{}', '{}', ${run.runUUID}, true)`.execute(
      db,
    );
    await collect();
    expect(await isThere(input)).toEqual(BOTH);
    await sql`update api_tasks set follow_up = false where run_uuid = ${run.runUUID}`.execute(db);
    await collect();
    expect(await isThere(input)).toEqual(NEITHER);
  });

  it("keeps what its owner deleted for the run that needs it, and from everybody else", async () => {
    const run = await begin();
    const input = await inputOf(run);
    await services.pictures.remove(LOCAL_OWNER, input.uuid);
    await age(input.digest);
    await collect();
    expect(await isThere(input)).toEqual(BOTH);
    expect((await services.artifacts.load(LOCAL_OWNER, input.uuid)).content.length).toBe(input.bytes);
    const again = { kind: "uuid" as const, uuid: input.uuid };
    await expect(services.pictures.read(LOCAL_OWNER, again, never)).rejects.toMatchObject({
      code: "PICTURE_UNKNOWN",
    });
    await end(run.runUUID);
    await sql`update batches set status = 'ended' where uuid = ${run.batchUUID}`.execute(services.store.db);
    await collect();
    expect(await isThere(input)).toEqual(NEITHER);
  });

  it("leaves bytes that were put a moment ago: their name may be about to come", async () => {
    const { digest } = await services.blobs.put(randomBytes(500));
    const lost = await services.blobs.put(randomBytes(500));
    await age(lost.digest);
    expect((await collect(30 * DAY_MS, true)).blobs).toBe(1);
    expect(await services.blobs.has(lost.digest)).toBe(false);
    expect(await services.blobs.has(digest)).toBe(true);
  });

  it("leaves the bytes of a forgotten picture that is just being taken in again", async () => {
    const bytes = await newPicture();
    const old = await oldUpload(40, bytes);
    const put = await services.blobs.put(bytes);
    expect(put.digest).toBe(old.digest);
    expect((await collect(30 * DAY_MS, true)).pictures).toBe(1);
    const named = await upload(bytes);
    expect(await isThere(named)).toEqual(BOTH);
  });

  it("takes away the name of a picture whose bytes could not be stored, with the disk's own failure", async () => {
    const { store, blobs } = services;
    const full = new MaskloomError("DISK_FULL", "the disk: expected room, there is none");
    const failing = Object.assign(Object.create(blobs) as typeof blobs, { put: () => Promise.reject(full) });
    const bytes = await newPicture();
    const facts = { owner: LOCAL_OWNER, kind: "input", mediaType: "image/png", width: 1, height: 1 } as const;
    await expect(createArtifactLibrary(store, failing).save(bytes, facts)).rejects.toBe(full);
    const digest = digestOfBytes(bytes);
    const names = () =>
      store.db.selectFrom("artifacts").select("deleted_at").where("digest", "=", digest).execute();
    expect(await names()).toEqual([{ deleted_at: expect.any(Date) }]);
    await collect();
    expect(await names()).toEqual([]);
  });

  it("stands in nobody's way: uploads, uses and collections of the same pictures overlap without an error", async () => {
    const bytes = await Promise.all(Array.from({ length: 4 }, () => newPicture()));
    const taken: { uuid: ArtifactUUID; digest: Digest }[] = [];
    const uploading = async () => {
      for (let round = 0; round < 20; round++) {
        const picture = await upload(bytes[round % bytes.length]);
        taken.push(picture);
        if (round % 2 === 1) await setLastUse(picture.uuid, 40);
      }
    };
    let busy = true;
    let collected = 0;
    const collecting = async () => {
      while (busy) {
        const { pictures } = await collect(30 * DAY_MS, true);
        collected += pictures;
      }
    };
    const collectors = [collecting(), collecting()];
    await Promise.all([uploading(), uploading(), uploading()]);
    busy = false;
    await Promise.all(collectors);
    collected += (await collect()).pictures;
    expect(collected).toBe(30);
    const states = await Promise.all(taken.map(isThere));
    expect(states.filter(({ name }) => name)).toEqual(Array.from({ length: 30 }, () => BOTH));
  });

  it("removes no bytes from a folder that another installation uses, too", async () => {
    const kept = path.join(services.config.home, "artifacts");
    const other = await openServerHost({ ARTIFACTS_URL: `file://${kept}` });
    try {
      const old = await oldUpload(50);
      expect(await collect(30 * DAY_MS, true)).toEqual({ pictures: 1, blobs: 0 });
      expect(await isThere(old)).toEqual({ name: false, bytes: true });
    } finally {
      await other.stop();
    }
    const folder = path.join(kept, "installations");
    const own = await readInstallation(services.store.db);
    for (const name of await readdir(folder)) if (name !== own) await rm(path.join(folder, name));
    expect((await collect(30 * DAY_MS, true)).blobs).toBe(1);
  });

  describe("with a limit to all pictures", () => {
    /** A run with an input, a mask that was made on the way, and a result. */
    const finished = async () => {
      const run = await begin();
      const { db } = services.store;
      const [input, mask, result] = [await inputOf(run), await upload(), await upload()];
      await sql`update artifacts set task_uuid = (select uuid from tasks where run_uuid = ${run.runUUID} limit 1),
        kind = case uuid when ${mask.uuid} then 'mask' else 'image' end where uuid in (${mask.uuid}, ${result.uuid})`.execute(
        db,
      );
      await sql`update runs set output = ${result.uuid} where uuid = ${run.runUUID}`.execute(db);
      await end(run.runUUID);
      await sql`update batches set status = 'ended' where uuid = ${run.batchUUID}`.execute(db);
      await Promise.all([input, mask, result].map(({ digest }) => age(digest)));
      return { run, input, mask, result };
    };
    const collectTo = (mostBytes: number) =>
      collectGarbage(services.store, services.blobs, {
        keepMs: 30 * DAY_MS,
        mostBytes,
        thorough: false,
        signal: never,
      });

    it("removes what was made on the way, the longest unused first, and no more than it must", async () => {
      const [older, younger] = [await finished(), await finished()];
      await setLastUse(older.mask.uuid, 3);
      await setLastUse(younger.mask.uuid, 2);
      const stored = await storedBytes(services.store.db);
      expect(await collectTo(stored)).toEqual({ pictures: 0, blobs: 0 });
      expect(await collectTo(stored - 1)).toEqual({ pictures: 1, blobs: 1 });
      expect(await isThere(older.mask)).toEqual(NEITHER);
      expect(await isThere(younger.mask)).toEqual(BOTH);
    });

    it("never removes what somebody uploaded, what a run made, or what one under way needs", async () => {
      const [ended, running] = [await finished(), await finished()];
      await sql`update tasks set output = ${JSON.stringify({ maskImage: running.mask.uuid })}::jsonb
        where run_uuid = ${running.run.runUUID}`.execute(services.store.db);
      await sql`update runs set status = 'running', ended_at = null where uuid = ${running.run.runUUID}`.execute(
        services.store.db,
      );
      await collectTo(0);
      expect(await isThere(ended.mask)).toEqual(NEITHER);
      for (const kept of [ended.input, ended.result, running.input, running.mask, running.result]) {
        expect(await isThere(kept)).toEqual(BOTH);
      }
      await end(running.run.runUUID);
    });
  });

  it("forgets tasks of the API that ended long ago, not those that are young, under way or still to be told of", async () => {
    const { db } = services.store;
    const begun = await Promise.all([0, 1, 2, 3].map(() => begin()));
    const [old, young, running, untold] = begun.map(({ runUUID }) => runUUID) as [
      RunUUID,
      RunUUID,
      RunUUID,
      RunUUID,
    ];
    for (const run of [old, young, untold]) await end(run);
    for (const run of begun) {
      await sql`insert into api_tasks (owner_uuid, task_uuid, task_type, digest, request, delivery, run_uuid, follow_up,
          created_at)
        values (${LOCAL_OWNER}, ${run.runUUID}, 'imageMasking', '', '{}', '{}', ${run.runUUID}, ${run.runUUID === untold},
          now() - interval '31 days')`.execute(db);
    }
    await sql`update runs set ended_at = now() - interval '31 days' where uuid in (${old}, ${untold})`.execute(
      db,
    );
    await collect();
    const { rows } = await sql<{ uuid: RunUUID }>`select run_uuid as uuid from api_tasks`.execute(db);
    const left = rows.map(({ uuid }) => uuid);
    expect(left).not.toContain(old);
    expect(left).toEqual(expect.arrayContaining([young, running, untold]));
  });

  it("goes on by itself for as long as an admin has said, and stops when it is told", async () => {
    await changeSetting(services.store.db, "MASKLOOM_KEEP_DAYS", 10);
    const old = await oldUpload(20);
    const { promise, resolve } = promiseOf<number>();
    const collecting = startCollecting(services, {
      onError: () => undefined,
      onCollected: ({ pictures }) => resolve(pictures),
      firstAfterMs: 1,
    });
    expect(await promise).toBeGreaterThanOrEqual(1);
    await collecting.stop();
    expect(await isThere(old)).toEqual(NEITHER);
  });
});

function promiseOf<T>() {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((keep) => {
    resolve = keep;
  });
  return { promise, resolve };
}
