import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AuditPage } from "../../src/contracts/audit.ts";
import { CreatedKey, KeyList, KeyView } from "../../src/contracts/keys.ts";
import { RunDetail } from "../../src/contracts/run.ts";
import { Settings } from "../../src/contracts/settings.ts";
import { retentionInForce } from "../../src/runs/retention.ts";
import type { RunningServer } from "../../src/server/start-server.ts";
import { type Ask, asking, codeOf, makeKey } from "./keyed-hosts.ts";
import { openServerHost, pictureForm, type ServerHost } from "./server-host.ts";

const json = (body: object): RequestInit => ({
  method: "POST",
  body: JSON.stringify(body),
  headers: { "content-type": "application/json" },
});

describe("who may use an installation, what it is set to, and what was done", () => {
  let host: ServerHost;
  let server: RunningServer;
  let admin: Ask;
  let adminId: string;
  beforeAll(async () => {
    host = await openServerHost({ MASKLOOM_WEBHOOK_SECRET: "never-to-be-shown", MASKLOOM_KEEP_DAYS: "12" });
    server = await host.start({}, { host: "127.0.0.1" });
    const { id, key } = await makeKey(host, { role: "admin" });
    admin = asking(server.url, key);
    adminId = id;
  });
  afterAll(() => host.stop());

  const ofRole = async (role: "viewer" | "operator", owner = "local") =>
    asking(server.url, (await makeKey(host, { role, owner })).key);
  const readAudit = async (ask: Ask, query = "") =>
    AuditPage.parse(await (await ask(`/api/audit?${query}`)).json());

  it("gives a key out once, lists it without, and ends it", async () => {
    const made = await admin(
      "/api/keys",
      json({ name: "the studio", owner: "studio", role: "viewer", concurrency: 3 }),
    );
    expect(made.status).toBe(201);
    const { key, view } = CreatedKey.parse(await made.json());
    expect(view).toMatchObject({
      name: "the studio",
      owner: "studio",
      role: "viewer",
      concurrency: 3,
      revokedAt: null,
    });
    const hers = asking(server.url, key);
    expect((await hers("/api/runs")).status).toBe(200);
    const listed = await (await admin("/api/keys")).text();
    expect(KeyList.parse(JSON.parse(listed)).keys).toContainEqual(
      expect.objectContaining({ id: view.id, owner: "studio" }),
    );
    expect(listed).not.toContain(key.slice(view.id.length + 1));

    const ended = KeyView.parse(await (await admin(`/api/keys/${view.id}`, { method: "DELETE" })).json());
    expect(ended.revokedAt).not.toBeNull();
    expect((await hers("/api/runs")).status).toBe(401);
    const idsOf = async (query: string) =>
      KeyList.parse(await (await admin(`/api/keys${query}`)).json()).keys.map(({ id }) => id);
    expect(await idsOf("")).not.toContain(view.id);
    expect(await idsOf("?revoked=true")).toContain(view.id);
    const again = await admin(`/api/keys/${view.id}`, { method: "DELETE" });
    expect(KeyView.parse(await again.json()).revokedAt).toBe(ended.revokedAt);
    const never = await admin("/api/keys/mlk_000000000000", { method: "DELETE" });
    expect([never.status, await codeOf(never)]).toEqual([404, "NOT_FOUND"]);
  });

  it("refuses what is no name, and whoever is no admin", async () => {
    const refused = await admin("/api/keys", json({ owner: "two words" }));
    expect([refused.status, await codeOf(refused)]).toEqual([400, "INPUT_INVALID"]);
    for (const role of ["viewer", "operator"] as const) {
      const ask = await ofRole(role);
      const answers = await Promise.all([
        ask("/api/keys"),
        ask("/api/keys", json({ role: "admin" })),
        ask(`/api/keys/${adminId}`, { method: "DELETE" }),
        ask("/api/settings"),
        ask("/api/audit?scope=all"),
      ]);
      expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403]);
    }
    expect((await admin("/api/keys")).status).toBe(200);
  });

  it("tells who did what, by key and name, and of others only to an admin who asks for all", async () => {
    const operator = await makeKey(host, { owner: "artist" });
    const artist = asking(server.url, operator.key);
    const begun = await artist("/api/runs", { method: "POST", body: await pictureForm() });
    const { runUUID } = RunDetail.parse(await begun.json());
    await artist(`/api/runs/${runUUID}/cancel`, { method: "POST" });
    const theirs = await readAudit(artist);
    expect(theirs.entries[0]).toMatchObject({
      owner: "artist",
      isMine: true,
      via: "api",
      key: { id: operator.id, name: "a key of artist" },
      action: "run.cancel",
      target: runUUID,
    });
    expect(theirs.entries.every(({ owner }) => owner === "artist")).toBe(true);
    expect(theirs.actions).toEqual(["key.create", "run.cancel"]);
    expect((await readAudit(admin, `target=${runUUID}`)).entries).toEqual([]);
    const all = await readAudit(admin, `scope=all&target=${runUUID}`);
    expect(all.entries).toMatchObject([{ owner: "artist", isMine: false, action: "run.cancel" }]);
  });

  it("filters by actor and action, and turns pages without a gap", async () => {
    const made = CreatedKey.parse(await (await admin("/api/keys", json({ owner: "pages" }))).json());
    await admin(`/api/keys/${made.view.id}`, { method: "DELETE" });
    const byKey = await readAudit(admin, `scope=all&actor=${adminId}&target=${made.view.id}`);
    expect(byKey.entries.map(({ action }) => action)).toEqual(["key.revoke", "key.create"]);
    const kinds = await readAudit(admin, "scope=all&action=key");
    expect(new Set(kinds.entries.map(({ action }) => action))).toEqual(new Set(["key.create", "key.revoke"]));
    expect((await readAudit(admin, "scope=all&actor=cli")).entries).toEqual([]);

    const whole = await readAudit(admin, "scope=all&limit=200");
    const ids: string[] = [];
    for (let before: string | null = ""; before !== null; ) {
      const page = await readAudit(admin, `scope=all&limit=2${before === "" ? "" : `&before=${before}`}`);
      ids.push(...page.entries.map(({ id }) => id));
      before = page.next;
    }
    expect(ids).toEqual(whole.entries.map(({ id }) => id));
    expect((await admin("/api/audit?action=Robert';--")).status).toBe(400);
  });

  it("shows what is set and by what, every setting with words, and no secret", async () => {
    const text = await (await admin("/api/settings")).text();
    const { settings, kept } = Settings.parse(JSON.parse(text));
    expect(text).not.toContain("never-to-be-shown");
    expect(settings.find(({ name }) => name === "MASKLOOM_KEEP_DAYS")).toMatchObject({
      value: "12",
      source: "environment",
    });
    expect(settings.find(({ name }) => name === "MASKLOOM_WEBHOOK_SECRET")).toMatchObject({
      value: null,
      isSet: true,
    });
    expect(settings.filter(({ about }) => about === "").map(({ name }) => name)).toEqual([]);
    expect(kept.files).toBeGreaterThan(0);
    expect(kept.runs).toBeGreaterThan(0);
  });

  it("changes how much is kept while all runs, takes it back, and leaves alone what the environment says", async () => {
    const patch = (body: object) => admin("/api/settings", { ...json(body), method: "PATCH" });
    const settingOf = async (answer: Response, name: string) =>
      Settings.parse(await answer.json()).settings.find((one) => one.name === name);
    const name = "MASKLOOM_KEEP_GIGABYTES";
    const inForce = () => retentionInForce(host.services.store, host.services.config);
    const untouched = await inForce();
    expect(await settingOf(await patch({ [name]: 2.5 }), name)).toMatchObject({
      value: "2.5",
      source: "stored",
      change: "here",
    });
    expect(await inForce()).toEqual({ ...untouched, mostBytes: 2.5e9 });
    expect((await readAudit(admin, "action=settings.change")).entries).toMatchObject([
      { target: name, detail: { from: null, to: 2.5 } },
    ]);
    expect(await settingOf(await patch({ [name]: null }), name)).toMatchObject({
      value: null,
      source: "default",
    });
    expect(await inForce()).toEqual(untouched);

    const fixed = await patch({ MASKLOOM_KEEP_DAYS: 3, [name]: 1 });
    expect([fixed.status, await codeOf(fixed)]).toEqual([409, "CONFLICT"]);
    expect(await inForce()).toEqual(untouched);
    expect((await patch({ MASKLOOM_PORT: 1 })).status).toBe(400);
    expect((await patch({ [name]: 0 })).status).toBe(400);
    const operator = await ofRole("operator");
    expect((await operator("/api/settings", { ...json({ [name]: 1 }), method: "PATCH" })).status).toBe(403);
  });
});
