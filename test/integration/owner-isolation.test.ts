import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { LIVE_PROTOCOL, LiveMessage, RunPage } from "../../src/contracts/api.ts";
import { RunDetail } from "../../src/contracts/run.ts";
import { routes } from "../../src/server/routes.ts";
import type { RunningServer } from "../../src/server/start-server.ts";
import { findArtifact } from "../../src/store/artifacts.ts";
import { cancelRuns } from "../../src/store/cancel.ts";
import { type Ask, asking, codeOf, makeKey } from "./keyed-hosts.ts";
import { putPreview } from "./put-preview.ts";
import { openServerHost, pictureForm, plainPicture, type ServerHost } from "./server-host.ts";

/* Two owners at one server: what is one's does not exist for the other, and looks exactly like what never did. */

describe("of two owners", () => {
  let host: ServerHost;
  let server: RunningServer;
  let alice: Ask;
  let bob: Ask;
  let alicesKey: string;
  let bobsKey: string;
  let run: RunDetail;
  let picture: string;
  /** A call of hers that a provider is at, and shows. */
  let call: string;
  beforeAll(async () => {
    host = await openServerHost();
    const keys = await Promise.all(["alice", "bob"].map((owner) => makeKey(host, { owner })));
    server = await host.start({}, { host: "0.0.0.0" });
    alice = asking(server.url, keys[0]?.key ?? "");
    alicesKey = keys[0]?.key ?? "";
    bobsKey = keys[1]?.key ?? "";
    bob = asking(server.url, bobsKey);
    run = await begin(alice);
    picture = (run.inputs["image"] as { uuid: string }).uuid;
    call = await putPreview(host.services.store.db, run, await plainPicture());
  });
  afterAll(() => host.stop());

  const begin = async (ask: Ask): Promise<RunDetail> => {
    const response = await ask("/api/runs", { method: "POST", body: await pictureForm() });
    return RunDetail.parse(await response.json());
  };
  const startFrom = (ask: Ask, body: object) =>
    ask("/api/runs", {
      method: "POST",
      body: JSON.stringify({ workflow: "anonymize-faces", ...body }),
      headers: { "content-type": "application/json" },
    });

  /** Values of all path parameters that name something of an owner. */
  const namesOf = (own: { run: RunDetail; picture: string }): Record<string, string> => ({
    runUUID: own.run.runUUID,
    taskUUID: own.run.tasks[0]?.taskUUID ?? "",
    batchUUID: own.run.batchUUID,
    callUUID: call,
    uuid: own.picture,
    file: `${own.picture}.png`,
  });
  /** What a route asks for before it looks for anything. */
  const BODIES: Record<string, object> = {
    "post /api/runs/:runUUID/rerun": { from: "faces" },
    "post /api/tasks/:taskUUID/decision": { decision: "accept" },
    "post /api/tasks/:taskUUID/parked": { decision: "resend" },
    "put /api/batches/:batchUUID/budget": { maxCost: 1 },
    "patch /api/batches/:batchUUID": { priority: 1 },
  };
  const sentTo = (what: string): RequestInit =>
    BODIES[what] === undefined
      ? {}
      : { body: JSON.stringify(BODIES[what]), headers: { "content-type": "application/json" } };
  const SHARED = new Set(["name", "id"]);
  const owned = routes.filter(
    ({ path }) => /:(\w+)/.test(path) && !SHARED.has(/:(\w+)/.exec(path)?.[1] ?? ""),
  );

  it("neither finds the other's by any route that takes a UUID, and cannot tell it from one that never was", async () => {
    const names = namesOf({ run, picture });
    expect(owned.length).toBeGreaterThanOrEqual(5);
    for (const { method, path, isPublic } of owned) {
      const name = /:(\w+)/.exec(path)?.[1] ?? "";
      const value = names[name];
      expect(value, `${path}: this test must say what ${name} is`).toBeDefined();
      const fill = (uuid: string) => path.replace(`:${name}`, (value ?? "").replace(/^[0-9a-f-]{36}/, uuid));
      const uuid = (value ?? "").slice(0, 36);
      const never = randomUUID();
      const what = `${method} ${path}`;
      const [his, none] = await Promise.all(
        [uuid, never].map((one) => bob(fill(one), { method: method.toUpperCase(), ...sentTo(what) })),
      );
      const texts = await Promise.all([his?.text(), none?.text()]);
      expect(his?.status, what).toBe(none?.status);
      expect(texts[0]?.replaceAll(uuid, never), what).toBe(texts[1]);
      expect(his?.status, what).toBe(isPublic ? none?.status : 404);
      expect(his?.status, what).toBeGreaterThanOrEqual(400);
    }
    /* The same addresses answer her who owns it. */
    for (const { method, path, isPublic } of owned.filter((route) => route.method === "get")) {
      if (isPublic) continue;
      const filled = path.replace(/:(\w+)/, (_, name: string) => names[name] ?? "");
      expect((await alice(filled, { method: method.toUpperCase() })).status, filled).toBe(200);
    }
  });

  it("neither ends the other's run", async () => {
    const refused = await bob(`/api/runs/${run.runUUID}/cancel`, { method: "POST" });
    expect([refused.status, await codeOf(refused)]).toEqual([404, "NOT_FOUND"]);
    const { owner } = await makeKey(host, { owner: "bob" });
    const { db } = host.services.store;
    expect(await cancelRuns(db, owner, { runs: [run.runUUID] })).toEqual([]);
    expect(await cancelRuns(db, owner, { batch: run.batchUUID })).toEqual([]);
    expect(await (await alice(`/api/runs/${run.runUUID}`)).json()).toMatchObject({ status: "queued" });
    expect(await (await alice(`/api/batches/${run.batchUUID}`)).json()).not.toMatchObject({
      status: "cancelled",
    });
  });

  it("neither has the other's runs in a list, nor learns of them by paging", async () => {
    const mine = await begin(bob);
    const list = async (query: string) =>
      RunPage.parse(await (await bob(`/api/runs${query}`)).json()).runs.map(({ runUUID }) => runUUID);
    expect(await list("")).toEqual([mine.runUUID]);
    expect(await list(`?batch=${run.batchUUID}`)).toEqual([]);
    const later = await begin(alice);
    expect(await list(`?before=${later.runUUID}`)).toEqual(await list(`?before=${randomUUID()}`));
  });

  it("neither begins a run on the other's picture, as picture or as input", async () => {
    for (const ask of [alice, bob]) {
      const asPicture = await startFrom(ask, { image: picture });
      const asInput = await startFrom(ask, { inputs: { image: picture } });
      const expected = ask === alice ? [202, 202] : [404, 404];
      expect([asPicture.status, asInput.status]).toEqual(expected);
      if (ask === bob) expect(await codeOf(asPicture)).toBe("NOT_FOUND");
    }
  });

  it("each has names of their own for the same bytes", async () => {
    const same = await begin(bob);
    const his = (same.inputs["image"] as { uuid: string }).uuid;
    expect(his).not.toBe(picture);
    const fetched = async (ask: Ask, uuid: string) =>
      Buffer.from(await (await ask(`/api/artifacts/${uuid}`)).arrayBuffer());
    expect(await fetched(bob, his)).toEqual(await plainPicture());
    expect(await fetched(alice, picture)).toEqual(await plainPicture());
    const { db } = host.services.store;
    const rows = await db.selectFrom("artifacts").select(["uuid", "owner_uuid"]).execute();
    for (const row of rows) {
      const strangers = [...new Set(rows.map(({ owner_uuid }) => owner_uuid))].filter(
        (o) => o !== row.owner_uuid,
      );
      for (const stranger of strangers) expect(await findArtifact(db, stranger, row.uuid)).toBeNull();
    }
  });

  it("neither hears the other's events, whatever they ask for", async () => {
    const listen = async (query: string, key = bobsKey) => {
      const socket = new WebSocket(
        `${server.url.replace("http", "ws")}/api/events?after=0.0${query}`,
        LIVE_PROTOCOL,
        {
          headers: { authorization: `Bearer ${key}` },
        },
      );
      const events: LiveMessage[] = [];
      socket.on("message", (data) => events.push(LiveMessage.parse(JSON.parse(String(data)))));
      await new Promise((resolve) => socket.once("message", resolve));
      return { socket, events };
    };
    const all = await listen("");
    const hers = await Promise.all([listen(`&run=${run.runUUID}`), listen(`&batch=${run.batchUUID}`)]);
    /* With a page of hers the server reads for both of them what is new. */
    const herOwn = await listen("", alicesKey);
    await begin(alice);
    const mine = await begin(bob);
    /* What comes in order has come: his own last event follows whatever of hers there could have been. */
    const runsHeard = () =>
      all.events.flatMap((message) => (message.type === "event" ? [message.event.runUUID] : []));
    await expect.poll(runsHeard, { timeout: 20_000 }).toContain(mine.runUUID);
    const own = RunPage.parse(await (await bob("/api/runs?limit=200")).json()).runs.map(
      ({ runUUID }) => runUUID,
    );
    expect(new Set(runsHeard().filter((uuid) => uuid !== null))).toEqual(new Set(own));
    for (const { events } of hers) expect(events.map(({ type }) => type)).toEqual(["hello"]);
    const herRuns = herOwn.events.flatMap((message) =>
      message.type === "event" ? [message.event.runUUID] : [],
    );
    expect(herRuns).not.toContain(mine.runUUID);
    for (const { socket } of [all, herOwn, ...hers]) socket.terminate();
  });
});
