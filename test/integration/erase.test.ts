import { readFile, utimes } from "node:fs/promises";
import path from "node:path";
import { sql } from "kysely";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { digestOfBytes } from "../../src/artifacts/digest-of-bytes.ts";
import { MaskloomClient } from "../../src/client/maskloom-client.ts";
import { type ArtifactUUID, newTaskUUID, type OwnerUUID } from "../../src/contracts/ids.ts";
import type { RunDetail } from "../../src/contracts/run.ts";
import { MaskloomError } from "../../src/errors.ts";
import { PACKAGE_ROOT } from "../../src/package-root.ts";
import { eraseOwner, eraseRuns } from "../../src/runs/collect/erase.ts";
import { removeUnlessKnown } from "../../src/runs/collect/remove-blobs.ts";
import type { RunningServer } from "../../src/server/start-server.ts";
import { LOCAL_OWNER } from "../../src/store/owners.ts";
import { keepPreview } from "../../src/store/previews.ts";
import { makeKey } from "./keyed-hosts.ts";
import { putPreview } from "./put-preview.ts";
import { openServerHost, plainPicture, type ServerHost } from "./server-host.ts";

/* Faces are personal data: what is erased is nowhere any more. */

/** Put wherever somebody can write something: nothing that has it may be left. */
const NAME = "alice-portrait";

describe("what is erased", () => {
  let host: ServerHost;
  let server: RunningServer;
  let admin: MaskloomClient;
  beforeAll(async () => {
    host = await openServerHost();
    server = await host.start();
    admin = await clientOf("local", "admin");
  });
  afterAll(() => host.stop());

  const clientOf = async (owner: string, role: "admin" | "operator" = "operator") => {
    const { key } = await makeKey(host, { owner, role });
    return new MaskloomClient({ baseUrl: server.url, apiKey: key });
  };
  const uuidOf = async (owner: string): Promise<OwnerUUID> => {
    const { db } = host.services.store;
    const row = await db
      .selectFrom("owners")
      .select("uuid")
      .where("name", "=", owner)
      .executeTakeFirstOrThrow();
    return row.uuid;
  };
  /** Every table that has the text somewhere in some row, of however many columns it is made. */
  const tablesWith = async (text: string): Promise<string[]> => {
    const { db, schema } = host.services.store;
    const { rows } = await sql<{ name: string }>`
      select table_name as name from information_schema.tables where table_schema = ${schema}`.execute(db);
    const found: string[] = [];
    for (const { name } of rows) {
      const { rows: hits } = await sql`
        select 1 from ${sql.table(name)} t where t::text like ${`%${text}%`} limit 1`.execute(db);
      if (hits.length > 0) found.push(name);
    }
    return found.sort();
  };
  const begin = async (client: MaskloomClient, image: Buffer, file = "x.png"): Promise<RunDetail> => {
    const run = await client.runs.create({ workflow: "face-detail", image, file });
    await client.runs.cancel(run.runUUID);
    return client.runs.get(run.runUUID);
  };
  const inputOf = (run: RunDetail): string => String((run.inputs["image"] as { uuid: string }).uuid);
  const digestOf = async (client: MaskloomClient, uuid: string) =>
    (await client.artifacts.download(uuid)).digest;

  it("is a run with its pictures and small copies, and nothing of another one", async () => {
    const alice = await clientOf("erasing-runs");
    const [first, second] = [
      await begin(alice, await plainPicture(64, 64)),
      await begin(alice, await plainPicture(80, 64)),
    ];
    const digest = await digestOf(alice, inputOf(first));
    const { digest: small } = await host.services.thumbnails.find(digest as never, 32);
    const owner = await uuidOf("erasing-runs");
    const uploads = host.services.store.db.selectFrom("provider_uploads").select("reference");
    await sql`insert into provider_uploads (place, owner_uuid, digest, reference, used_at) values
      ('p', ${owner}, 'of the run', 'crop', now()), ('p', ${owner}, 'of one before', 'old', now() - interval '1 day')`.execute(
      host.services.store.db,
    );
    const erased = await alice.runs.erase(first.runUUID);
    expect(erased).toEqual({ runs: 1, pictures: 1, files: 2, shared: 0, more: false });
    expect(await host.services.blobs.has(digest as never)).toBe(false);
    expect(await host.services.blobs.has(small)).toBe(false);
    for (const trace of [first.runUUID, digest, small]) expect(await tablesWith(trace)).toEqual([]);
    expect(await uploads.where("owner_uuid", "=", owner).execute()).toEqual([{ reference: "old" }]);
    await expect(alice.runs.get(first.runUUID)).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect((await alice.runs.get(second.runUUID)).status).toBe("cancelled");
    expect((await alice.artifacts.download(inputOf(second))).bytes.length).toBeGreaterThan(0);
    await expect(alice.runs.erase(first.runUUID)).rejects.toBeInstanceOf(MaskloomError);
  });

  it("is a run that is still under way: it is cancelled first", async () => {
    const alice = await clientOf("erasing-early");
    const run = await alice.runs.create({
      workflow: "face-detail",
      image: await plainPicture(70, 64),
      file: "x.png",
    });
    expect(await alice.runs.erase(run.runUUID)).toMatchObject({ runs: 1, pictures: 1, files: 1 });
    expect(await tablesWith(run.runUUID)).toEqual([]);
  });

  it("is what a picture looked like on the way, and nothing of it comes back", async () => {
    const alice = await clientOf("erasing-previews");
    const run = await begin(alice, await plainPicture(71, 64));
    const { db } = host.services.store;
    const callUUID = await putPreview(db, run, Buffer.from("half a face"));
    const kept = db.selectFrom("previews").select("call_uuid").where("call_uuid", "=", callUUID);
    expect(await kept.execute()).toHaveLength(1);
    await alice.runs.erase(run.runUUID);
    expect(await kept.execute()).toEqual([]);
    expect(await keepPreview(db, callUUID, Buffer.from("the rest of it"))).toBe(false);
    expect(await kept.execute()).toEqual([]);
    await db.deleteFrom("calls").where("uuid", "=", callUUID).execute();
  });

  it("gets no new names: what a worker still makes for it stays without one", async () => {
    const alice = await clientOf("erasing-late");
    const run = await begin(alice, await plainPicture(72, 64));
    const owner = await uuidOf("erasing-late");
    const [task] = run.tasks;
    if (task === undefined) throw new Error("no task");
    const made = { owner, kind: "mask", mediaType: "image/png", width: 8, height: 8 } as const;
    const { artifacts, store, blobs } = host.services;
    await artifacts.save(await plainPicture(8, 8), { ...made, taskUUID: task.taskUUID });
    await eraseRuns({ store, blobs }, { owner, via: "cli", key: null }, [run.runUUID]);
    await artifacts.save(await plainPicture(8, 9), { ...made, taskUUID: task.taskUUID });
    const left = await store.db.selectFrom("artifacts").selectAll().where("owner_uuid", "=", owner).execute();
    expect(left).toEqual([]);
  });

  it("is no picture that somebody brought while the ones before it were being removed", async () => {
    const [alice, bob] = ["erasing-slowly", "bringing"];
    const client = await clientOf(alice);
    await clientOf(bob);
    const pictures = [await plainPicture(75, 64), await plainPicture(76, 64)];
    const runs: RunDetail[] = [];
    for (const picture of pictures) runs.push(await begin(client, picture));
    const [owner, other] = [await uuidOf(alice), await uuidOf(bob)];
    const { artifacts, store, blobs } = host.services;
    const brought: ArtifactUUID[] = [];
    const remove = blobs.remove.bind(blobs);
    const removing = vi.spyOn(blobs, "remove").mockImplementationOnce(async (digest, options) => {
      for (const bytes of pictures.filter((picture) => digestOfBytes(picture) !== digest)) {
        const made = { owner: other, kind: "input", mediaType: "image/png", width: 8, height: 8 } as const;
        const picture = await artifacts.save(bytes, made);
        brought.push(picture.uuid);
        /* Removing those before it may take minutes where each is a request to a storage elsewhere. */
        const longAgo = new Date(Date.now() - 60 * 60_000);
        await utimes(blobs.pathOf?.(picture.digest) ?? "", longAgo, longAgo);
      }
      return remove(digest, options);
    });
    onTestFinished(() => removing.mockRestore());
    const erased = runs.map(({ runUUID }) => runUUID);
    expect(await eraseRuns({ store, blobs }, { owner, via: "cli", key: null }, erased)).toMatchObject({
      runs: 2,
      pictures: 2,
      files: 1,
      shared: 1,
    });
    expect(brought).toHaveLength(1);
    for (const uuid of brought) expect((await artifacts.load(other, uuid)).content.length).toBeGreaterThan(0);
  });

  it("is no picture whose name had to wait while the same bytes were removed", async () => {
    const alice = await clientOf("erasing-beside");
    const run = await begin(alice, await plainPicture(77, 64));
    const owner = await uuidOf("erasing-beside");
    const { artifacts, store, blobs } = host.services;
    const [task] = run.tasks;
    if (task === undefined) throw new Error("no task");
    const other = new pg.Client({ ...store.connection, options: `-c search_path=${store.schema}` });
    await other.connect();
    await other.query("begin");
    await other.query("select from tasks where uuid = $1 for update", [task.taskUUID]);
    const bytes = await plainPicture(78, 64);
    const made = { owner, kind: "mask", mediaType: "image/png", width: 78, height: 64 } as const;
    const saving = artifacts.save(bytes, { ...made, taskUUID: task.taskUUID });
    const digest = digestOfBytes(bytes);
    /* Longer than who erases leaves alone what was put a moment ago. */
    const remove = () => removeUnlessKnown(store.db, blobs, digest, 2_000);
    await vi.waitFor(async () => expect(await remove()).toBe(true), { timeout: 60_000, interval: 100 });
    await other.query("commit");
    await other.end();
    const { uuid } = await saving;
    expect((await artifacts.load(owner, uuid)).content.equals(bytes)).toBe(true);
  });

  it("takes small copies along that somebody was just making, for a page that is open say", async () => {
    const alice = await clientOf("erasing-viewed");
    const run = await begin(alice, await plainPicture(74, 64));
    const digest = await digestOf(alice, inputOf(run));
    const small = "ab".repeat(32);
    const { store, blobs } = host.services;
    const page = new pg.Client({ ...store.connection, options: `-c search_path=${store.schema}` });
    await page.connect();
    await page.query("begin");
    await page.query(
      "insert into blobs (digest, bytes, media_type, width, height) values ($1, 1, 'image/webp', 1, 1)",
      [small],
    );
    await page.query(
      "insert into conversions (source, format, quality, digest) values ($1, 'thumbnail-7', 0, $2)",
      [digest, small],
    );
    const actor = { owner: await uuidOf("erasing-viewed"), via: "cli", key: null } as const;
    const erasing = eraseRuns({ store, blobs }, actor, [run.runUUID]);
    const isWaiting = async () => {
      const { rows } = await sql<{ n: string }>`
        select count(*) as n from pg_stat_activity where wait_event_type = 'Lock' and query like '%for update%'`.execute(
        store.db,
      );
      return Number(rows[0]?.n) > 0;
    };
    await vi.waitFor(async () => expect(await isWaiting()).toBe(true), { timeout: 60_000 });
    await page.query("commit");
    await page.end();
    expect(await erasing).toMatchObject({ runs: 1, pictures: 1 });
    for (const trace of [digest, small]) expect(await tablesWith(trace)).toEqual([]);
  });

  it("stays where somebody else has the same picture, and is theirs alone then", async () => {
    const [alice, bob] = [await clientOf("sharing-a"), await clientOf("sharing-b")];
    const picture = await plainPicture(90, 64);
    const [hers, his] = [await begin(alice, picture), await begin(bob, picture)];
    const digest = await digestOf(alice, inputOf(hers));
    expect(await alice.runs.erase(hers.runUUID)).toMatchObject({ pictures: 1, files: 0, shared: 1 });
    expect((await bob.artifacts.download(inputOf(his))).digest).toBe(digest);
    await expect(alice.artifacts.download(inputOf(hers))).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(bob.runs.erase(hers.runUUID)).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect(await bob.runs.erase(his.runUUID)).toMatchObject({ pictures: 1, files: 1, shared: 0 });
  });

  it("is everything of an owner: in no table is a word of theirs, and only what calls cost is known", async () => {
    const owner = NAME;
    const alice = await clientOf(owner);
    const { db } = host.services.store;
    const run = await begin(alice, await plainPicture(100, 64), `${NAME}.png`);
    const uuid = await uuidOf(owner);
    const [task] = run.tasks;
    await alice.runs.tag({ runs: [run.runUUID], add: [NAME] });
    await alice.workflows.save(NAME, {
      basedOn: 0,
      source: (await readFile(path.join(PACKAGE_ROOT, "workflows", "face-detail.yaml"), "utf8")).replace(
        /^name: .*/m,
        `name: ${NAME}`,
      ),
    });
    await alice.artifacts.create([await plainPicture(101, 64)]);
    await sql`insert into calls (uuid, task_uuid, attempt, region, provider, state, reserved_cost, real_cost, request, answer,
        owner_uuid, batch_uuid, run_uuid, model, key)
      values (${newTaskUUID()}, ${task?.taskUUID}, 1, 1, 'studio', 'answered', 1, 0.25,
        ${JSON.stringify({ prompt: NAME })}::jsonb, ${JSON.stringify({ file: NAME })}::jsonb, ${uuid}, ${run.batchUUID},
        ${run.runUUID}, 'some-model', 'a key')`.execute(db);
    await sql`insert into cached_results (key, owner_uuid, output) values ('k', ${uuid}, ${JSON.stringify({ of: NAME })}::jsonb)`.execute(
      db,
    );
    await sql`insert into notifications (key, body) values ('n', ${JSON.stringify({ owner: NAME })}::jsonb)`.execute(
      db,
    );
    expect(await tablesWith(NAME)).toEqual(
      expect.arrayContaining(["audit", "cached_results", "calls", "keys", "owners", "runs"]),
    );
    const range = {
      from: new Date(Date.now() - 3_600_000).toISOString(),
      to: new Date(Date.now() + 3_600_000).toISOString(),
    };
    const before = await admin.spending({ ...range, scope: "all", by: "workflow" });

    const erased = await admin.owners.erase(owner);
    expect(erased).toMatchObject({ runs: 1, more: false, shared: 0 });
    expect(erased.files).toBe(erased.pictures);
    expect(await tablesWith(NAME)).toEqual([]);
    expect(await tablesWith(uuid)).toEqual(["audit", "calls", "owners"]);
    await expect(alice.runs.list()).rejects.toMatchObject({ code: "UNAUTHORIZED" });
    const after = await admin.spending({ ...range, scope: "all", by: "workflow" });
    expect([after.total.cost, after.total.calls]).toEqual([before.total.cost, before.total.calls]);
    expect((await admin.spendingCalls({ ...range, scope: "all" })).split("\r\n")[1]).toContain("0.25");
    const line = (await admin.audit.list({ scope: "all" })).entries.find(
      ({ action }) => action === "owner.erase",
    );
    expect(line).toMatchObject({ target: uuid, detail: { runs: 1 } });
    const [gone] = (await admin.owners.list()).filter(({ erasedAt }) => erasedAt !== null);
    expect(gone?.name).toMatch(/^erased-[0-9a-f]{8}$/);
    await expect(sql`update audit set detail = '{"forged":1}'`.execute(db)).rejects.toThrow(/append-only/);
    await expect(sql`delete from audit`.execute(db)).rejects.toThrow(/append-only/);
  });

  it("goes on where the time for one request was up", async () => {
    const alice = await clientOf("patient");
    for (let number = 0; number < 3; number += 1) await begin(alice, await plainPicture(110 + number, 64));
    const place = { store: host.services.store, blobs: host.services.blobs };
    const actor = { owner: LOCAL_OWNER, via: "cli", key: null } as const;
    const owner = await uuidOf("patient");
    expect(await eraseOwner(place, actor, owner, -1)).toMatchObject({ more: true });
    expect(await eraseOwner(place, actor, owner)).toMatchObject({ runs: 0, more: false });
  });
});
