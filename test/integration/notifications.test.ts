import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { sql } from "kysely";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { readConfig } from "../../src/config/config.ts";
import { startNotifying } from "../../src/runs/notify/keep-notifying.ts";
import { sendTestNotification } from "../../src/runs/notify/test-notification.ts";
import { readInstallationState } from "../../src/store/installation-reading.ts";
import { LOCAL_OWNER } from "../../src/store/owners.ts";
import { until } from "./cli-installation.ts";
import { openServerHost, type ServerHost } from "./server-host.ts";

const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const BATCH = "0191d3a8-3c1f-4c5a-9a39-0e8f5f0c1a2b";
const DIGEST = "ab".repeat(32);
const PATIENCE = { attempts: 4, firstMs: 1, mostMs: 5, timeoutMs: 5_000 };

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

describe("messages to whoever runs the installation", () => {
  const received: Received[] = [];
  let answers: number[] = [];
  const receiver = createServer(async (request, response) => {
    received.push({ headers: request.headers, body: await text(request) });
    response.writeHead(answers.shift() ?? 200).end();
  });
  let host: ServerHost;
  let port: number;
  beforeAll(async () => {
    receiver.listen(0, "127.0.0.1");
    await once(receiver, "listening");
    ({ port } = receiver.address() as AddressInfo);
    host = await openServerHost({ MASKLOOM_ALLOWED_TARGETS: `127.0.0.1:${port}` });
  });
  afterAll(async () => {
    await host?.stop();
    receiver.closeAllConnections();
    receiver.close();
  });
  beforeEach(async () => {
    received.length = 0;
    answers = [];
    await sql`truncate notifications, batches, workflows cascade`.execute(host.services.store.db);
  });

  /** As the leader does it, until what is asked for is true. */
  const notifyUntil = async (
    isTrue: () => boolean | Promise<boolean>,
    more: Readonly<Record<string, string>> = {},
    patience = PATIENCE,
  ) => {
    const config = readConfig({
      MASKLOOM_HOME: host.home,
      MASKLOOM_NOTIFY_URL: `http://127.0.0.1:${port}/hook`,
      MASKLOOM_WEBHOOK_SECRET: SECRET,
      PUBLIC_URL: "https://masks.example",
      ...more,
    });
    const errors: unknown[] = [];
    const notifying = startNotifying(
      { ...host.services, config },
      { onError: (error) => errors.push(error), pollMs: 5, patience },
    );
    await until(async () => errors.length > 0 || (await isTrue()));
    await notifying.stop();
    expect(errors).toEqual([]);
  };

  const addBatch = async (status: "running" | "ended", runs: Readonly<Record<string, number>>) => {
    const { db } = host.services.store;
    await sql`insert into workflows (digest, name, document) values (${DIGEST}, 'face-detail', '{}')`.execute(
      db,
    );
    await sql`insert into batches (uuid, owner_uuid, workflow_digest, workflow_name, resolved, resume_key, status, complete, ended_at)
      values (${BATCH}, ${LOCAL_OWNER}, ${DIGEST}, 'face-detail', '{}', 'photos', ${status}, true,
        case when ${status} = 'ended' then now() end)`.execute(db);
    for (const [runStatus, count] of Object.entries(runs)) {
      await sql`insert into runs (uuid, batch_uuid, owner_uuid, workflow_digest, file, status, error, cost, ended_at)
        select gen_random_uuid(), ${BATCH}, ${LOCAL_OWNER}, ${DIGEST}, 'a.png', ${runStatus},
          case when ${runStatus} = 'failed' then '{"code":"TIMED_OUT","message":"late"}'::jsonb end, 0.01, now()
        from generate_series(1, ${count}::int)`.execute(db);
    }
  };

  const stored = async () =>
    host.services.store.db
      .selectFrom("notifications")
      .select(["key", "attempts", "ended_at", "reason"])
      .execute();

  it("are sent when a batch has ended: signed, once, and again under the same id until they are taken", async () => {
    await addBatch("ended", { succeeded: 3, failed: 1 });
    answers = [500, 503];
    await notifyUntil(async () => (await stored()).some(({ ended_at }) => ended_at !== null));
    expect(received).toHaveLength(3);
    expect(new Set(received.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
    for (const { headers, body } of received) {
      const told = new Webhook(SECRET).verify(body, headers as Record<string, string>);
      expect(told).toMatchObject({
        type: "batch.ended",
        workflow: "face-detail",
        runs: { succeeded: 3, failed: 1 },
        url: `https://masks.example/batches/${BATCH}`,
      });
    }
    expect(await stored()).toMatchObject([{ attempts: 3, reason: null }]);
    /* Whoever leads next finds that it was told. */
    await notifyUntil(() => true);
    expect(received).toHaveLength(3);
  });

  it("go on after a restart with what was not taken yet", async () => {
    await addBatch("ended", { succeeded: 1 });
    /* However often it is tried before the restart. */
    const tries = 10_000;
    answers = new Array<number>(tries).fill(500);
    await notifyUntil(() => received.length > 0, {}, { ...PATIENCE, attempts: tries });
    expect(await stored()).toMatchObject([{ ended_at: null }]);
    answers = [];
    await notifyUntil(async () => (await stored()).some(({ ended_at }) => ended_at !== null));
    expect(received.map(({ headers }) => headers["webhook-id"])).toEqual(
      received.map(() => received[0]?.headers["webhook-id"]),
    );
  });

  it("are sent when more than a share of a batch's runs fail, not for less and not for a few", async () => {
    await addBatch("running", { succeeded: 16, failed: 3, running: 5 });
    await notifyUntil(() => true);
    expect(await stored()).toEqual([]);
    await sql`update runs set status = 'failed', error = '{"code":"TIMED_OUT","message":"late"}' where status = 'running'`.execute(
      host.services.store.db,
    );
    await notifyUntil(() => received.length > 0, { MASKLOOM_NOTIFY_FORMAT: "slack" });
    expect(JSON.parse(received[0]?.body ?? "")).toEqual({
      text:
        "Of a batch of face-detail 8 of 24 runs failed so far, most with TIMED_OUT " +
        `<https://masks.example/batches/${BATCH}|Show>`,
    });
  });

  it("are sent when tasks wait for money, and about what they were asked for only", async () => {
    await addBatch("running", { running: 1 });
    const { db } = host.services.store;
    await sql`insert into tasks (uuid, run_uuid, batch_uuid, owner_uuid, step, task_type, status, queue, error)
      select gen_random_uuid(), uuid, batch_uuid, owner_uuid, 'detail', 'imageInference', 'held', 'inpainting-runware',
        '{"code":"BUDGET_EXCEEDED","message":"maxCost.day allows $5"}' from runs`.execute(db);
    await notifyUntil(() => true, { MASKLOOM_NOTIFY_ON: "batch.ended" });
    expect(await stored()).toEqual([]);
    await notifyUntil(() => received.length > 0);
    expect(JSON.parse(received[0]?.body ?? "")).toMatchObject({
      type: "budget.reached",
      held: 1,
      reason: "maxCost.day allows $5",
    });
    expect((await readInstallationState(db)).tasks).toEqual([{ status: "held", count: 1 }]);
  });

  it("do not go to an address that is not public and that nobody allowed, and say so", async () => {
    await addBatch("ended", { succeeded: 1 });
    await notifyUntil(async () => (await stored()).some(({ ended_at }) => ended_at !== null), {
      MASKLOOM_NOTIFY_URL: "http://169.254.169.254/latest/meta-data",
    });
    expect(await stored()).toMatchObject([
      { attempts: 1, reason: expect.stringContaining("169.254.169.254") },
    ]);
    expect(received).toEqual([]);
  });

  it("are tried out by one that tells nothing else, once, and whoever asks hears what became of it", async () => {
    const { store, outside } = host.services;
    const test = (more: Readonly<Record<string, string>>) => {
      const config = readConfig({ MASKLOOM_HOME: host.home, MASKLOOM_WEBHOOK_SECRET: SECRET, ...more });
      return sendTestNotification({ store, outside, config }, new AbortController().signal);
    };
    const url = `http://127.0.0.1:${port}/hook?token=secret`;
    expect(await test({ MASKLOOM_NOTIFY_URL: url })).toMatchObject({ target: `127.0.0.1:${port}` });
    const [plain] = received;
    expect(new Webhook(SECRET).verify(plain?.body ?? "", plain?.headers as never)).toMatchObject({
      type: "test",
      text: expect.stringMatching(/^A test of Maskloom on /),
    });
    await test({ MASKLOOM_NOTIFY_URL: url, MASKLOOM_NOTIFY_FORMAT: "slack" });
    expect(Object.keys(JSON.parse(received[1]?.body ?? ""))).toEqual(["text"]);
    answers = [503];
    await expect(test({ MASKLOOM_NOTIFY_URL: url })).rejects.toMatchObject({
      code: "FETCH_FAILED",
      message: expect.stringMatching(/not taken: it answers 503$/),
    });
    expect(received).toHaveLength(3);
    await expect(test({ MASKLOOM_NOTIFY_URL: "http://169.254.169.254/hook" })).rejects.toMatchObject({
      code: "TARGET_REFUSED",
    });
    await expect(test({})).rejects.toMatchObject({ code: "INPUT_INVALID" });
  });
});
