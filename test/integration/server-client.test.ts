import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, writeFile } from "node:fs/promises";
import { connect, createServer, type Server, type Socket } from "node:net";
import os from "node:os";
import path from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { MaskloomClient } from "../../src/client/maskloom-client.ts";
import type { Event, RunDetail } from "../../src/contracts/run.ts";
import { appendEvents } from "../../src/store/events.ts";
import { LOCAL_OWNER } from "../../src/store/owners.ts";
import { mayBeMissing } from "../may-be-missing.ts";
import { putModel } from "./put-model.ts";
import { putPreview } from "./put-preview.ts";
import { openServerHost, plainPicture, type ServerHost } from "./server-host.ts";
import { startWorkerProcess } from "./worker-process.ts";

const PATIENCE = { timeout: 20_000, interval: 10 };
/** Pages for people, what describes the API, and the wire, which has clients of its own. */
const FOR_OTHERS =
  /^(home|metrics|session\..*|docs|docs\.file|schemas\.get|schema\.workflow|wire\..*|images\.download)$/;
/** Asks before anything is done, so that there is a review without any worker. */
const LOOK_FIRST = {
  maskloom: 1,
  name: "look-first",
  inputs: { image: { type: "image" } },
  steps: [{ id: "look", task: "review", show: "${inputs.image}" }],
  output: "${steps.look.image}",
};
const textNamed = (name: string) => JSON.stringify({ ...LOOK_FIRST, name });
const ASTRONAUT = path.resolve("../shared/photos/astronaut.jpg");

describe("the client", () => {
  let host: ServerHost;
  let url: string;
  let client: MaskloomClient;
  let picture: Buffer;
  beforeAll(async () => {
    host = await openServerHost();
    ({ url } = await host.start());
    client = new MaskloomClient({ baseUrl: url });
    picture = await plainPicture();
  });
  afterAll(() => host.stop());

  const begin = (options: object = {}) =>
    client.runs.create({ workflow: "anonymize-faces", image: picture, ...options });
  const inputOf = (run: RunDetail) => (run.inputs["image"] as { uuid: string }).uuid;

  it("has a method for each operation of the API's description, and each works", async () => {
    const run = await begin();
    const cancelled = async () => client.runs.cancel((await begin()).runUUID);
    const calls: Record<string, () => Promise<unknown>> = {
      health: () => client.health(),
      readiness: () => client.readiness(),
      openapi: () => client.openapi(),
      "runs.list": () => client.runs.list({ limit: 1 }),
      "runs.create": () => begin(),
      "runs.get": () => client.runs.get(run.runUUID),
      "runs.workflow": () => client.runs.workflow(run.runUUID),
      "runs.cancel": () => client.runs.cancel(run.runUUID),
      "runs.logs": () => client.runs.logs(run.runUUID),
      "tasks.get": () => client.tasks.get(run.tasks[0]?.taskUUID ?? ""),
      "tasks.crops": () => client.tasks.crops(run.tasks[0]?.taskUUID ?? ""),
      "tasks.calls": () => client.tasks.calls(run.tasks[0]?.taskUUID ?? ""),
      "calls.preview": async () => {
        const shown = Buffer.from("as it looks now");
        const callUUID = await putPreview(host.services.store.db, run, shown);
        const got = await client.calls.preview(callUUID);
        expect(Buffer.from(got)).toEqual(shown);
        return got;
      },
      "tasks.logs": () => client.tasks.logs(run.tasks[0]?.taskUUID ?? ""),
      "batches.get": () => client.batches.get(run.batchUUID),
      "batches.list": () => client.batches.list({ single: true, limit: 1 }),
      "batches.create": () => client.batches.create({ workflow: "anonymize-faces", images: [picture] }),
      "batches.estimate": () =>
        client.batches.estimate({
          workflow: "anonymize-faces",
          pictures: [{ image: inputOf(run), file: "a.png" }],
        }),
      "batches.dryRun": async () => {
        const pictures = [{ image: inputOf(run), file: "a.png" }];
        const types: string[] = [];
        const lines = client.batches.dryRun({ workflow: "anonymize-faces", pictures });
        for await (const { type } of lines) types.push(type);
        expect(types).toEqual(["begun", "picture", "done"]);
        return types;
      },
      "batches.settings": () => client.batches.settings(run.batchUUID),
      "batches.pictures": () => client.batches.pictures(run.batchUUID, { order: "worst" }),
      "batches.report": () => client.batches.report(run.batchUUID),
      "batches.reportPages": async () =>
        new Response(await client.batches.reportPages(run.batchUUID)).arrayBuffer(),
      "batches.results": async () => new Response(await client.batches.results(run.batchUUID)).arrayBuffer(),
      "folders.list": () => client.folders.list(),
      "artifacts.create": () => client.artifacts.create([picture]),
      "batches.update": () => client.batches.update(run.batchUUID, { priority: 3 }),
      "batches.pause": async () => client.batches.pause((await begin()).batchUUID),
      "batches.resume": async () => client.batches.resume((await begin()).batchUUID),
      "batches.cancel": async () => client.batches.cancel((await begin()).batchUUID),
      "batches.retryFailed": () => client.batches.retryFailed(run.batchUUID),
      "runs.retry": () => client.runs.retry(run.runUUID),
      "runs.reroll": async () => client.runs.reroll((await cancelled()).runUUID),
      "runs.rerun": async () => client.runs.rerun((await cancelled()).runUUID, { inputs: { mode: "blur" } }),
      "tasks.cancel": async () => client.tasks.cancel((await begin()).tasks[0]?.taskUUID ?? ""),
      "tasks.retry": async () => client.tasks.retry((await cancelled()).tasks[0]?.taskUUID ?? ""),
      "tasks.reroll": async () => client.tasks.reroll((await cancelled()).tasks[0]?.taskUUID ?? ""),
      "parked.list": () => client.parked.list({ limit: 1 }),
      "parked.decideMany": async () => {
        const decided = await client.parked.decideMany({ decision: "giveUp", filter: { status: "held" } });
        expect(decided).toMatchObject({ decided: 0, left: 0, more: false });
        return decided;
      },
      "providers.limits": async () => {
        const limits = client.providers.limits("forge", { day: 1 });
        await expect(limits).rejects.toMatchObject({ code: "NOT_FOUND" });
        return "as it should be";
      },
      "providers.list": () => client.providers.list(),
      "providers.test": async () => {
        await expect(client.providers.test("forge")).rejects.toMatchObject({ code: "NOT_FOUND" });
        return "as it should be";
      },
      "parked.budget": () => client.parked.budget(run.batchUUID, 5),
      "parked.decide": async () => {
        const refused = client.parked.decide(run.tasks[0]?.taskUUID ?? "", { decision: "resend" });
        await expect(refused).rejects.toMatchObject({ code: "CONFLICT" });
        return "as it should be";
      },
      "reviews.decide": async () => {
        const { tasks } = await client.runs.create({ workflow: LOOK_FIRST, image: picture });
        const decision = { taskUUID: tasks[0]?.taskUUID ?? "", decision: "accept" } as const;
        const [taken] = await client.reviews.decide({ decisions: [decision] });
        expect(taken).toMatchObject({ error: null });
        return taken;
      },
      "reviews.list": () => client.reviews.list({ limit: 1 }),
      "reviews.decisions": () => client.reviews.decisions({ run: run.runUUID }),
      "runs.alike": () => client.runs.alike(run.runUUID),
      "batches.compare": async () =>
        client.batches.compare({ left: run.batchUUID, right: (await begin()).batchUUID, sort: "file" }),
      "tasks.decide": async () => {
        const { tasks } = await client.runs.create({ workflow: LOOK_FIRST, image: picture });
        return client.tasks.decide(tasks[0]?.taskUUID ?? "", { decision: "accept" });
      },
      "runs.count": () => client.runs.count({ status: "failed,partial", costMin: 1 }),
      "runs.tag": () => client.runs.tag({ runs: [run.runUUID], add: ["seen"] }),
      "runs.bulk": () => client.runs.bulk({ filter: { q: "nothing" }, action: "retry" }),
      "runs.rerunMany": () => client.runs.rerunMany({ runs: [run.runUUID], from: "hide" }),
      "runs.export": async () => new Response(await client.runs.export({ q: "nothing" })).text(),
      "runs.exportNamed": async () =>
        new Response(await client.runs.exportNamed({ runs: [run.runUUID], format: "json" })).text(),
      overview: () => client.overview(),
      find: () => client.find(run.runUUID),
      detect: () => client.detect({ model: "mediapipe_face_full", image: picture, confidence: 0.5 }),
      "workers.list": () => client.workers.list(),
      "artifacts.thumbnail": () => client.artifacts.thumbnail(inputOf(run), { size: 96 }),
      "keys.list": () => client.keys.list({ revoked: true }),
      "keys.create": () => client.keys.create({ owner: "somebody-else" }),
      "runs.erase": async () => client.runs.erase((await begin()).runUUID),
      "owners.list": () => client.owners.list(),
      "owners.table": () => client.owners.table(),
      "owners.change": () => client.owners.change("somebody-else", { runsPerDay: 5, labels: { team: "a" } }),
      "owners.erase": () => client.owners.erase("somebody-else"),
      "keys.revoke": async () => client.keys.revoke((await client.keys.create()).view.id),
      settings: () => client.settings(),
      changeSettings: () => client.changeSettings({ MASKLOOM_KEEP_GIGABYTES: null }),
      spending: () =>
        client.spending({ from: "2026-01-01T00:00:00Z", to: "2026-02-01T00:00:00Z", by: "tag" }),
      spendingCalls: () => client.spendingCalls({ from: "2026-01-01T00:00:00Z", to: "2026-02-01T00:00:00Z" }),
      "audit.list": () => client.audit.list({ scope: "all", limit: 1 }),
      "queues.list": () => client.queues.list(),
      "queues.pause": () => client.queues.pause("masking"),
      "queues.resume": () => client.queues.resume("masking"),
      "artifacts.download": () => client.artifacts.download(inputOf(run)),
      "workflows.list": () => client.workflows.list(),
      "workflows.get": () => client.workflows.get("face-detail"),
      "workflows.save": () =>
        client.workflows.save("look-first", { source: textNamed("look-first"), basedOn: 0 }),
      "workflows.remove": async () => {
        await client.workflows.save("to-go", { source: textNamed("to-go"), basedOn: 0 });
        return client.workflows.remove("to-go");
      },
      "workflows.versions": () => client.workflows.versions("face-detail"),
      "workflows.version": async () =>
        client.workflows.version("face-detail", (await client.workflows.get("face-detail")).digest),
      "workflows.usage": () => client.workflows.usage(),
      "workflows.check": () => client.workflows.check("maskloom: 1"),
      "workflows.import": () => client.workflows.import({ source: '{"ad_model": "face_yolov8n.pt"}' }),
      "models.pull": async () => {
        const refused = client.models.pull("mediapipe_face_full").next();
        await expect(refused).rejects.toMatchObject({ code: "INPUT_INVALID" });
        return "as it should be";
      },
      "models.remove": async () => {
        await putModel(host.home, "my-faces", "yolov8-detect.pt");
        return client.models.remove("my-faces");
      },
      "models.bench": () => client.models.bench("mediapipe_face_full", { rounds: 1 }),
      "models.list": () => client.models.list(),
      events: async () => (await client.events({ after: "0.0" }).next()).value,
    };
    const paths = (await client.openapi())["paths"] as Record<
      string,
      Record<string, { operationId: string }>
    >;
    const operations = Object.values(paths)
      .flatMap((methods) => Object.values(methods).map(({ operationId }) => operationId))
      .filter((operation) => !FOR_OTHERS.test(operation));
    expect(Object.keys(calls).sort()).toEqual(operations.sort());
    for (const operation of operations) {
      const method = operation
        .split(".")
        .reduce<unknown>((object, name) => Reflect.get(Object(object), name), client);
      expect(method, operation).toBeTypeOf("function");
      expect(await calls[operation]?.(), operation).toBeDefined();
    }
  });

  it("takes bytes, a Blob, a File, a path and an artifact as the picture", async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), "maskloom-client-"));
    const file = path.join(folder, "on disk.png");
    await writeFile(file, picture);
    const bytes = new Uint8Array(picture);
    const first = await begin({ image: bytes });
    const others = await Promise.all([
      begin({ image: new Blob([bytes]) }),
      begin({ image: new File([bytes], "grüße.png") }),
      begin({ image: { path: file } }),
      begin({ image: { artifact: inputOf(first) }, file: "again.png" }),
    ]);
    expect(others.map((run) => run.file)).toEqual(["image", "grüße.png", "on disk.png", "again.png"]);
    const digest = createHash("sha256").update(picture).digest("hex");
    for (const run of [first, ...others]) {
      const downloaded = await client.artifacts.download(inputOf(run));
      expect(downloaded).toMatchObject({ mediaType: "image/png", digest });
      expect(Buffer.from(downloaded.bytes)).toEqual(picture);
    }
  });

  it("throws the server's code and message, and its own where no server answers or a file is missing", async () => {
    await expect(client.runs.get("7")).rejects.toMatchObject({
      name: "MaskloomError",
      code: "INPUT_INVALID",
    });
    await expect(begin({ workflow: "face-detial" })).rejects.toMatchObject({
      code: "WORKFLOW_UNKNOWN",
      message: expect.stringContaining("Did you mean face-detail?"),
    });
    await expect(begin({ image: new Uint8Array([1, 2, 3]) })).rejects.toMatchObject({
      code: "IMAGE_UNREADABLE",
      cause: { status: 422, runUUID: expect.any(String) },
    });
    await expect(begin({ image: { path: "/nowhere/x.png" } })).rejects.toMatchObject({
      code: "INPUT_MISSING",
    });
    const nobody = new MaskloomClient({ baseUrl: "http://127.0.0.1:1" });
    await expect(nobody.health()).rejects.toMatchObject({
      code: "ENGINE_UNAVAILABLE",
      message: expect.stringMatching(/127\.0\.0\.1:1 .*maskloom up/),
    });
    const stopped = AbortSignal.abort();
    await expect(client.health({ signal: stopped })).rejects.toMatchObject({ code: "CANCELLED" });
  });

  it("sends its key, over the WebSocket too, and says when it is the wrong one", async () => {
    const apiKey = "key-of-plain-characters";
    const locked = await host.start({ apiKey });
    const keyed = new MaskloomClient({ baseUrl: locked.url, apiKey });
    expect(await keyed.models.list()).not.toEqual([]);
    expect((await keyed.events({ after: "0.0" }).next()).value).toMatchObject({ type: "batch.created" });
    const wrong = new MaskloomClient({ baseUrl: locked.url, apiKey: `${apiKey}x` });
    await expect(wrong.models.list()).rejects.toMatchObject({ code: "UNAUTHORIZED" });
    await expect(wrong.events().next()).rejects.toMatchObject({ code: "UNAUTHORIZED" });
  });

  it("goes on with events over connections that break, none missed and none twice", async () => {
    const { batchUUID } = await begin();
    const relay = await startRelay(Number(new URL(url).port));
    const relayed = new MaskloomClient({ baseUrl: `http://127.0.0.1:${relay.port}` });
    const stop = new AbortController();
    const seen: number[] = [];
    const write = (n: number) =>
      appendEvents(host.services.store.db, [
        { type: "task.progress", owner: LOCAL_OWNER, batch: batchUUID, data: { n } },
      ]);
    let begun = () => undefined as unknown;
    const opened = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const reading = (async () => {
      for await (const event of relayed.events({ batch: batchUUID, signal: stop.signal, onOpen: begun })) {
        seen.push(event.data["n"] as number);
        if (seen.length === 90) stop.abort();
      }
    })();
    await opened;
    for (let n = 0; n < 90; n++) {
      await write(n);
      host.services.store.wakeUps.notify("events");
      if (n % 30 !== 15) continue;
      /* Some have come, so that forgetting where it stood would show; more are under way. */
      await vi.waitFor(() => expect(seen.length).toBeGreaterThan(n - 10), PATIENCE);
      relay.breakAll();
    }
    await reading;
    expect(seen).toEqual(Array.from({ length: 90 }, (_, n) => n));
    await relay.close();
  });

  it("ends its events when asked to, also while it waits", async () => {
    const stop = new AbortController();
    const seen: Event[] = [];
    const reading = (async () => {
      const options = {
        run: "00000000-0000-4000-8000-000000000000",
        signal: stop.signal,
        onOpen: () => stop.abort(),
      };
      for await (const event of client.events(options)) seen.push(event);
    })();
    await reading;
    expect(seen).toEqual([]);
  });

  it("gives up waiting for a run when its time is over", async () => {
    const { runUUID } = await begin();
    await expect(client.runs.wait(runUUID, { timeout: 0.2 })).rejects.toMatchObject({ code: "TIMED_OUT" });
  });

  describe("with a worker", () => {
    let worker: Awaited<ReturnType<typeof startWorkerProcess>>;
    beforeAll(async () => {
      worker = await startWorkerProcess(host.home);
    });
    afterAll(() => worker?.stop());

    it("gets a picture without faces back as skipped, told within the request", async () => {
      const run = await begin({ wait: 60 });
      expect(run).toMatchObject({ status: "skipped" });
      expect((await client.runs.wait(run.runUUID)).status).toBe("skipped");
    });

    describe.skipIf(mayBeMissing && !existsSync(ASTRONAUT))("and the astronaut of ../shared/photos", () => {
      it("gets the face made unrecognisable, live events of every step, and the rest untouched", async () => {
        const events: Event[] = [];
        const run = await begin({ image: { path: ASTRONAUT }, inputs: { mode: "blur" } });
        for await (const event of client.events({ after: "0.0", run: run.runUUID })) {
          events.push(event);
          if (event.type === "run.ended") break;
        }
        const ended = await client.runs.wait(run.runUUID);
        expect(ended).toMatchObject({ status: "succeeded", file: "astronaut.jpg" });
        const told = events.filter(({ type }) => type === "task.ended").map(({ taskUUID }) => taskUUID);
        expect(new Set(told)).toEqual(new Set(ended.tasks.map(({ taskUUID }) => taskUUID)));
        const results = ended.tasks.map(({ output }) => output as { maskImage?: string });
        const bytesOf = async (uuid: string | null | undefined) =>
          (await client.artifacts.download(uuid ?? "")).bytes;
        const changed = await countChanges(
          await bytesOf(inputOf(ended)),
          await bytesOf(ended.output),
          await bytesOf(results[0]?.maskImage),
        );
        expect(changed.outside).toBe(0);
        expect(changed.inside).toBeGreaterThan(10_000);
      });
    });
  });
});

/** Samples that differ where the mask is black, and where it is not. */
async function countChanges(before: Uint8Array, after: Uint8Array, mask: Uint8Array) {
  const [first, second] = await Promise.all([before, after].map((bytes) => sharp(bytes).raw().toBuffer()));
  const levels = await sharp(mask).toColourspace("b-w").raw().toBuffer();
  const changed = { inside: 0, outside: 0 };
  for (const [at, sample] of first?.entries() ?? []) {
    if (sample !== second?.[at]) changed[levels[Math.floor(at / 3)] === 0 ? "outside" : "inside"]++;
  }
  return changed;
}

/** Passes bytes on to a port, and breaks every connection when asked to. */
async function startRelay(target: number) {
  const open = new Set<Socket>();
  const server: Server = createServer((near) => {
    const far = connect(target, "127.0.0.1");
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(from);
      from.on("error", () => undefined);
      from.on("close", () => {
        open.delete(from);
        to.destroy();
      });
      from.pipe(to);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    breakAll() {
      for (const socket of open) socket.destroy();
    },
    async close() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
