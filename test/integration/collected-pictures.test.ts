import { rm } from "node:fs/promises";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ArtifactUUID } from "../../src/contracts/ids.ts";
import { RunDetail } from "../../src/contracts/run.ts";
import { collectGarbage } from "../../src/runs/collect/collect-garbage.ts";
import { eraseRuns } from "../../src/runs/collect/erase.ts";
import type { Picture } from "../../src/runs/pictures/pictures.ts";
import type { RunningServer } from "../../src/server/start-server.ts";
import { forgetCollected } from "../../src/store/collected-pictures.ts";
import { LOCAL_OWNER } from "../../src/store/owners.ts";
import { storedRows } from "./everything-stored.ts";
import { makeKey } from "./keyed-hosts.ts";
import { openServerHost, pictureForm, plainPicture, type ServerHost } from "./server-host.ts";

const never = new AbortController().signal;

/* No worker runs here: a run that begins stays under way until the test ends it. */
describe("a picture that was collected", () => {
  let host: ServerHost;
  let server: RunningServer;
  beforeAll(async () => {
    host = await openServerHost();
    server = await host.start();
  });
  afterAll(() => host.stop());

  let turn = 0;
  const upload = async (): Promise<Picture> => {
    turn += 1;
    const data = (await plainPicture(200 + turn, 60)).toString("base64");
    return host.services.pictures.read(LOCAL_OWNER, { kind: "base64", data }, never);
  };
  const collect = () =>
    collectGarbage(host.services.store, host.services.blobs, { keepMs: 0, thorough: false, signal: never });
  const ask = async (path: string, headers: Record<string, string> = {}) => {
    const answer = await fetch(new URL(path, server.url), { headers });
    const body = answer.headers.get("content-type")?.includes("json") ? await answer.json() : undefined;
    return {
      status: answer.status,
      body: body as { error: { code: string; message: string }; since?: string },
    };
  };
  const rememberedOf = (uuid: ArtifactUUID) =>
    host.services.store.db
      .selectFrom("collected_pictures")
      .selectAll()
      .where("uuid", "=", uuid)
      .executeTakeFirst();

  it("is said to be no longer kept, since when, and what to do, however it is asked for", async () => {
    const { uuid } = await upload();
    await collect();
    const remembered = await rememberedOf(uuid);
    for (const path of [`/api/artifacts/${uuid}`, `/api/artifacts/${uuid}/thumbnail?size=96`]) {
      const { status, body } = await ask(path);
      expect([status, body.error.code], path).toEqual([404, "PICTURE_GONE"]);
      expect(body.since).toBe(remembered?.collected_at.toISOString());
      expect(body.error.message).toMatch(/no longer kept.*MASKLOOM_KEEP_DAYS.*send its file again/);
    }
    await expect(
      host.services.pictures.read(LOCAL_OWNER, { kind: "uuid", uuid }, never),
    ).rejects.toMatchObject({ code: "PICTURE_GONE" });
    expect((await ask("/api/artifacts/00000000-0000-4000-8000-000000000000")).body).toEqual({
      error: { code: "NOT_FOUND", message: expect.stringContaining("there is none") },
    });
  });

  it("is nobody else's to know of, and nothing where its owner deleted it", async () => {
    const [old, deleted] = [await upload(), await upload()];
    await host.services.pictures.remove(LOCAL_OWNER, deleted.uuid);
    await collect();
    expect(await rememberedOf(deleted.uuid)).toBeUndefined();
    expect((await ask(`/api/artifacts/${deleted.uuid}`)).body.error.code).toBe("NOT_FOUND");
    const { key } = await makeKey(host, { owner: "somebody" });
    const { body } = await ask(`/api/artifacts/${old.uuid}`, { authorization: `Bearer ${key}` });
    expect(body.error.code).toBe("NOT_FOUND");
  });

  it("is nowhere once its run is erased", async () => {
    const answer = await fetch(new URL("/api/runs", server.url), {
      method: "POST",
      body: await pictureForm(),
    });
    const { runUUID, pictures } = RunDetail.parse(await answer.json());
    const input = pictures.input as ArtifactUUID;
    await sql`update runs set status = 'succeeded', ended_at = now() where uuid = ${runUUID}`.execute(
      host.services.store.db,
    );
    await collect();
    expect(await rememberedOf(input)).toBeDefined();
    await eraseRuns(host.services, { owner: LOCAL_OWNER, via: "cli", key: null }, [runUUID]);
    expect(await storedRows(host.services)).not.toContain(input);
  });

  it("is forgotten after a while, so that memory of what is gone does not grow for ever", async () => {
    const { uuid } = await upload();
    await collect();
    const before = { keepMs: 60 * 60_000, most: 1_000 };
    await forgetCollected(host.services.store.db, before);
    expect(await rememberedOf(uuid)).toBeDefined();
    await host.services.store.db
      .updateTable("collected_pictures")
      .set({ collected_at: new Date(Date.now() - 100 * 86_400_000) })
      .where("uuid", "=", uuid)
      .execute();
    await collect();
    expect(await rememberedOf(uuid)).toBeUndefined();
  });

  it("is not what a picture is whose file is missing from the disk: that one is damaged", async () => {
    const { uuid, digest } = await upload();
    await rm(host.services.blobs.pathOf?.(digest) ?? "");
    for (const path of [`/api/artifacts/${uuid}`, `/api/artifacts/${uuid}/thumbnail`]) {
      const { status, body } = await ask(path);
      expect([status, body.error.code], path).toEqual([500, "ARTIFACT_CORRUPT"]);
      expect(body.error.message).not.toContain(host.home);
    }
  });
});
