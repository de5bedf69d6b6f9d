import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MaskloomClient } from "../../src/client/maskloom-client.ts";
import { newTaskUUID, type OwnerUUID } from "../../src/contracts/ids.ts";
import type { RunningServer } from "../../src/server/start-server.ts";
import { takeReady } from "../../src/store/deliveries.ts";
import { exceeded, readBudgets } from "../../src/store/ledger.ts";
import { makeKey } from "./keyed-hosts.ts";
import { openServerHost, plainPicture, type ServerHost } from "./server-host.ts";

describe("the limits of an owner", () => {
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
  const begin = async (client: MaskloomClient, side = 64) =>
    client.runs.create({ workflow: "face-detail", image: await plainPicture(side, 64), file: "a.png" });
  const uuidOf = async (name: string): Promise<OwnerUUID> => {
    const { db } = host.services.store;
    return (await db.selectFrom("owners").select("uuid").where("name", "=", name).executeTakeFirstOrThrow())
      .uuid;
  };

  it("of runs a day hold for every way to begin one, and say when there is room again", async () => {
    const client = await clientOf("busy");
    const run = await begin(client);
    const changed = await admin.owners.change("busy", { runsPerDay: 2, labels: { team: "studio" } });
    expect(changed).toMatchObject({ limits: { runsPerDay: 2, bytesKept: null }, labels: { team: "studio" } });
    await begin(client, 65);
    const refused = {
      code: "RATE_LIMITED",
      message: expect.stringMatching(/at most 2 runs within a day.*tomorrow/),
    };
    await expect(begin(client, 66)).rejects.toMatchObject(refused);
    await client.runs.cancel(run.runUUID);
    await expect(client.runs.rerun(run.runUUID, { from: run.tasks[0]?.step ?? "" })).rejects.toMatchObject(
      refused,
    );
    const wire = await fetch(new URL("/v1", server.url), {
      method: "POST",
      headers: {
        authorization: `Bearer ${(await makeKey(host, { owner: "busy" })).key}`,
        "content-type": "application/json",
      },
      body: JSON.stringify([
        {
          taskType: "imageMasking",
          taskUUID: newTaskUUID(),
          inputImage: (await plainPicture(128, 128)).toString("base64"),
          model: "mediapipe_face_full",
          deliveryMethod: "async",
        },
      ]),
    });
    expect(await wire.text()).toContain("rateLimitExceeded");
    await admin.owners.change("busy", { runsPerDay: null });
    expect((await begin(client, 67)).status).toBe("queued");
  });

  it("of bytes refuse what comes in, and leave what is there", async () => {
    const client = await clientOf("full");
    await begin(client);
    const [owner] = (await admin.owners.list()).filter(({ name }) => name === "full");
    expect(owner?.used).toMatchObject({ runs: 1, runsToday: 1, keys: 1 });
    expect(owner?.used.bytesKept).toBeGreaterThan(100);
    const poor = await clientOf("poor");
    await admin.owners.change("poor", { bytesKept: 10 });
    await expect(begin(poor)).rejects.toMatchObject({
      code: "BUDGET_EXCEEDED",
      message: expect.stringMatching(/at most .* GB of pictures/),
    });
    const stored = await poor.artifacts.create([await plainPicture(70, 64)]);
    expect(JSON.stringify(stored)).toContain("BUDGET_EXCEEDED");
  });

  it("of tasks at once are kept by the dispatcher over all batches of the owner, and hold up nobody else", async () => {
    const [slow, other] = [await clientOf("slow"), await clientOf("other")];
    await admin.owners.change("slow", { tasksAtOnce: 2 });
    for (let number = 0; number < 5; number += 1) await begin(slow, 80 + number);
    for (let number = 0; number < 3; number += 1) await begin(other, 90 + number);
    const { db } = host.services.store;
    await takeReady(db, 128, 0);
    const outstanding = async (name: string) => {
      const { rows } = await sql<{ n: string }>`
        select count(*) as n from tasks where owner_uuid = ${await uuidOf(name)} and delivered_at is not null`.execute(
        db,
      );
      return Number(rows[0]?.n);
    };
    expect(await outstanding("slow")).toBe(2);
    expect(await outstanding("other")).toBe(3);
    expect(await takeReady(db, 128, 0)).toEqual([]);
    await sql`update tasks set status = 'succeeded', ended_at = now() where uuid in
      (select uuid from tasks where owner_uuid = ${await uuidOf("slow")} and delivered_at is not null limit 1)`.execute(
      db,
    );
    expect(await takeReady(db, 128, 0)).toHaveLength(1);
  });

  it("of money a day count all providers together, beside what each provider allows", async () => {
    const client = await clientOf("spending");
    const run = await begin(client, 100);
    const owner = await uuidOf("spending");
    const { db } = host.services.store;
    for (const provider of ["one", "two"]) {
      await sql`insert into calls (uuid, task_uuid, attempt, region, provider, state, reserved_cost, owner_uuid, batch_uuid,
          run_uuid, model, key)
        values (${newTaskUUID()}, ${run.tasks[0]?.taskUUID}, 1, 1, ${provider}, 'sent', 0.4, ${owner}, ${run.batchUUID},
          ${run.runUUID}, 'm', 'k')`.execute(db);
    }
    const scope = { owner, batch: run.batchUUID, run: run.runUUID, provider: "one" };
    expect(exceeded(await readBudgets(db, scope, {}), 0.3)).toBeNull();
    await admin.owners.change("spending", { costPerDay: 1 });
    const budgets = await readBudgets(db, scope, {});
    expect(exceeded(budgets, 0.2)).toBeNull();
    expect(exceeded(budgets, 0.3)).toEqual({ of: "ownerDay", limit: 1, used: 0.8 });
    expect(await admin.owners.table()).toMatch(/^owner,createdAt,.*\r\n(.*\r\n)*spending,.*,0\.8,1,/);
  });

  it("are beside labels, of which keys have their own", async () => {
    const { view } = await admin.keys.create({ owner: "labelled", labels: { machine: "north-1" } });
    expect(view.labels).toEqual({ machine: "north-1" });
    await admin.owners.change("labelled", { labels: { team: "studio" } });
    const owner = (await admin.owners.list()).find(({ name }) => name === "labelled");
    expect(owner).toMatchObject({
      labels: { team: "studio" },
      limits: { runsPerDay: null, costPerDay: null },
    });
    await expect(admin.owners.change("labelled", { labels: { "no spaces": "x" } })).rejects.toMatchObject({
      code: "INPUT_INVALID",
    });
  });

  it("are an admin's to see and set", async () => {
    const operator = await clientOf("nosy");
    await expect(operator.owners.list()).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(operator.owners.change("nosy", { runsPerDay: null })).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
    await expect(operator.owners.erase("local")).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(admin.owners.erase("nobody-there")).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});
