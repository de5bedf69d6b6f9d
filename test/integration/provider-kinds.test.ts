import { randomUUID } from "node:crypto";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { readConfig } from "../../src/config/config.ts";
import type { BatchUUID, RunUUID } from "../../src/contracts/ids.ts";
import type { ProviderEntry } from "../../src/contracts/provider.ts";
import { createLogger } from "../../src/logging/log.ts";
import { startServer } from "../../src/server/start-server.ts";
import { LOCAL_OWNER } from "../../src/store/owners.ts";
import { readPreview } from "../../src/store/previews.ts";
import { readRuns } from "../../src/store/views.ts";
import { type A1111Peer, CHECKPOINTS, startA1111Peer } from "../inpainting/providers/a1111/a1111-peer.ts";
import {
  COMFY_CHECKPOINTS,
  type ComfyPeer,
  startComfyPeer,
} from "../inpainting/providers/comfyui/comfyui-peer.ts";
import type { Fault } from "../inpainting/providers/http/http-peer.ts";
import { PRICE, type ScriptedPeer, startScriptedPeer } from "../protocol/client/scripted-peer.ts";
import { storedFiles, storedRows } from "./everything-stored.ts";
import { openRemoteHost, type RemoteHost } from "./remote-host.ts";
import { repaintAt } from "./repaint-workflow.ts";

/* One provider of each kind, through a real worker: what a run tells of them, and what it must never tell. */

const KEYS = {
  FORGE_KEY: "maler:forge-geheim-4711",
  COMFY_KEY: "comfy-geheim-0815",
  API_KEY: "api-geheim-1848",
} as const;

const stepOn = (provider: string, model: string) =>
  repaintAt(provider, {
    name: `on-${provider}`,
    model,
    more: ["maskMargin: 32", "seed: 4711", "candidates: 2", "retries: { attempts: 1 }", "cache: false"],
  });

const MODELS = {
  forge: CHECKPOINTS[0] ?? "",
  comfy: COMFY_CHECKPOINTS[0] ?? "",
  socket: "runware:101@1",
  http: "runware:101@1",
} as const;

/** Repeats what it was sent, as a proxy in a talkative mood does. */
const talkative: Fault = ({ headers }, response) => {
  const login = String(headers.authorization);
  const plain = Buffer.from(login.replace(/^Basic /, ""), "base64").toString();
  response.writeHead(500, { "content-type": "application/json" });
  response.end(JSON.stringify({ error: `${login} of ${plain} broke it`, detail: "broken" }));
};

const FORBIDDEN = "what nobody may ask for";

describe("a provider of each kind", () => {
  let forge: A1111Peer;
  let comfy: ComfyPeer;
  let api: ScriptedPeer;
  let host: RemoteHost;
  let output: () => string;
  let isTalkative = false;

  beforeAll(async () => {
    forge = await startA1111Peer(KEYS.FORGE_KEY);
    comfy = await startComfyPeer();
    api = await startScriptedPeer({
      onTask({ positivePrompt }) {
        if (positivePrompt === FORBIDDEN) return { refuse: "promptBlocked" };
        return isTalkative
          ? { refuse: "inferenceError", more: { message: `${KEYS.API_KEY} broke it` } }
          : "take";
      },
    });
    const common = { retries: 0, timeout: "60s" };
    const entries: ProviderEntry[] = [
      { id: "forge", kind: "a1111", url: forge.url, keyFrom: "FORGE_KEY", ...common },
      { id: "comfy", kind: "comfyui", url: comfy.url, keyFrom: "COMFY_KEY", ...common },
      { id: "socket", kind: "runware", url: api.url, keyFrom: "API_KEY", api: true, ...common },
      { id: "http", kind: "runware", url: api.httpUrl, keyFrom: "API_KEY", ...common },
    ];
    host = await openRemoteHost(entries, "unused-key", KEYS);
    output = (await host.startWorker()).output;
  });
  afterAll(async () => {
    await host?.close();
    await Promise.all([forge?.close(), comfy?.close(), api?.close()]);
  });

  const submitAll = () =>
    Promise.all(
      Object.entries(MODELS).map(async ([provider, model]) => ({
        provider,
        ...(await host.submit(stepOn(provider, model), 1)),
      })),
    );
  const runOf = async (runUUID: RunUUID | undefined) => {
    const [run] = runUUID === undefined ? [] : await readRuns(host.services.store.db, LOCAL_OWNER, [runUUID]);
    if (run === undefined) throw new Error("there is no such run");
    return run;
  };
  const progressOf = async (batch: BatchUUID) => {
    const events = await host.services.store.db
      .selectFrom("events")
      .select("data")
      .where("type", "=", "task.progress")
      .where("batch_uuid", "=", batch)
      .execute();
    return events.map(({ data }) => data);
  };

  it("tells the run how far it is, which seeds it painted candidates with, and what they cost", async () => {
    forge.held = true;
    comfy.held = true;
    const submitted = await submitAll();
    for (const { provider, batchUUID } of submitted.filter((one) => /forge|comfy/.test(one.provider))) {
      const [share, step] = provider === "forge" ? [0.5, 10] : [0.25, 5];
      const shown = { step: "paint", region: 0, share, sampling: { step, steps: 20 } };
      const preview = { callUUID: expect.any(String), version: 1 };
      const told = await vi.waitFor(
        async () => {
          const all = await progressOf(batchUUID);
          expect(all).toContainEqual({ ...shown, preview });
          return all.at(-1) as { preview: { callUUID: string } };
        },
        { timeout: 60_000, interval: 50 },
      );
      const picture = await readPreview(host.services.store.db, LOCAL_OWNER, told.preview.callUUID);
      expect(await sharp(picture ?? undefined).metadata()).toMatchObject({ format: "webp" });
    }
    forge.held = false;
    comfy.held = false;
    for (const { provider, batchUUID, runs } of submitted) {
      await host.untilTasks(batchUUID, { succeeded: 1 });
      if (/forge|comfy/.test(provider))
        await vi.waitFor(async () =>
          expect(await progressOf(batchUUID)).toContainEqual({ step: "paint", region: 0, share: 1 }),
        );
      const [task] = (await runOf(runs[0])).tasks;
      expect(task).toMatchObject({ provider, output: { seed: 4711, quality: { pixelsChangedOutside: 0 } } });
      expect(task?.output).toMatchObject({ candidates: [expect.any(String), expect.any(String)] });
      expect(task?.cost ?? 0).toBeCloseTo(/forge|comfy/.test(provider) ? 0 : 2 * PRICE);
    }
    const previews = host.services.store.db.selectFrom("previews").select("call_uuid");
    await vi.waitFor(async () => expect(await previews.execute()).toEqual([]), { timeout: 20_000 });
    const seeds = [
      forge.pictures.map(({ seed }) => seed),
      comfy.submitted.map(({ prompt }) => prompt["7"]?.inputs["seed"]),
    ];
    expect(seeds.map((all) => all.toSorted())).toEqual([
      [4711, 4712],
      [4711, 4712],
    ]);
  });

  it("answers a task of the API with what it was told: seeds, costs, and whether anything is not safe for work", async () => {
    const side = 128;
    const grey = { width: side, height: side, channels: 3 as const, background: "#808080" };
    const picture = (await sharp({ create: grey }).png().toBuffer()).toString("base64");
    const task = (positivePrompt: string, fields: object = {}) => ({
      taskType: "imageInference",
      taskUUID: randomUUID(),
      model: MODELS.socket,
      positivePrompt,
      seedImage: picture,
      maskImage: picture,
      width: side,
      height: side,
      seed: 11,
      numberResults: 2,
      includeCost: true,
      ...fields,
    });
    const [nude, hat, unasked] = [
      task("a nude", { checkNSFW: true }),
      task("a hat", { safety: { checkContent: true } }),
      task("a nude"),
    ];
    const server = await serve(host);
    const ask = async (tasks: readonly object[]) => {
      const headers = { "content-type": "application/json" };
      const request = { method: "POST", headers, body: JSON.stringify(tasks) };
      const response = await fetch(new URL("/v1", server.url), request);
      return (await response.json()) as { data: Record<string, unknown>[]; errors?: unknown };
    };
    try {
      const { data, errors } = await ask([nude, hat, unasked]);
      expect(errors).toBeUndefined();
      const told = (taskUUID: string) =>
        data
          .filter((item) => item["taskUUID"] === taskUUID)
          .map(({ seed, cost, NSFWContent }) => ({ seed, cost, NSFWContent }))
          .toSorted((a, b) => Number(a.seed) - Number(b.seed));
      const both = (NSFWContent?: boolean) => [11, 12].map((seed) => ({ seed, cost: PRICE, NSFWContent }));
      expect([nude, hat, unasked].map(({ taskUUID }) => told(taskUUID))).toEqual([
        both(true),
        both(false),
        both(),
      ]);
      const hands = {
        taskType: "imageMasking",
        model: "hand_yolov8n",
        inputImage: picture,
        includeCost: true,
      };
      const looked = [];
      for (const taskUUID of [randomUUID(), randomUUID()])
        looked.push(...(await ask([{ ...hands, taskUUID }])).data);
      expect(looked.map(({ cost }) => cost)).toEqual([PRICE, 0]);
      const refused = await ask([task(FORBIDDEN, { numberResults: 1 })]);
      expect(refused).toMatchObject({ data: [], errors: [{ code: "contentPolicyViolation" }] });
      const later = await ask([{ taskType: "getResponse", taskUUID: nude.taskUUID }]);
      expect(later.data.map(({ NSFWContent }) => NSFWContent)).toEqual([true, true]);
    } finally {
      await server.close();
    }
  });

  it("keeps its key for itself, whatever the other side repeats in its errors", async () => {
    forge.fault = { path: "/sdapi/v1/img2img", act: talkative };
    comfy.fault = { path: "/prompt", act: talkative };
    isTalkative = true;
    const submitted = await submitAll();
    for (const { batchUUID } of submitted) await host.untilTasks(batchUUID, { failed: 1 });
    const runs = await Promise.all(submitted.map((one) => runOf(one.runs[0])));
    expect(runs.map(({ tasks }) => tasks[0]?.error?.code)).toEqual(Array(4).fill("PROVIDER_FAILED"));
    expect(runs.map(({ tasks }) => tasks[0]?.error?.message ?? "").join()).toMatch(/\(the key\).*broke it/);
    const everything = {
      log: output(),
      rows: await storedRows(host.services),
      files: await storedFiles(host.home),
      pages: await answersOfEveryPage(host, submitted[0]?.batchUUID ?? "", submitted[0]?.runs[0] ?? ""),
    };
    expect(everything.rows).toContain("broke it");
    expect(everything.pages).toContain("broke it");
    for (const [where, text] of Object.entries(everything)) {
      for (const key of Object.values(KEYS)) {
        const forms = [key, key.replace(/^.*:/, ""), Buffer.from(key).toString("base64")];
        expect({ where, shown: forms.filter((form) => text.includes(form)) }).toEqual({ where, shown: [] });
      }
    }
  });
});

function serve({ home, services }: RemoteHost) {
  const config = readConfig({ MASKLOOM_HOME: home, LOG_LEVEL: "silent", ...KEYS });
  const options = { host: "127.0.0.1", port: 0, log: createLogger("silent"), dashboardFolder: null };
  return startServer({ ...services, config }, options);
}

/** What the server answers to everything that can be asked without a body, for one batch and one run of it. */
async function answersOfEveryPage(host: RemoteHost, batch: string, run: string): Promise<string> {
  const server = await serve(host);
  const get = async (place: string) => {
    const response = await fetch(new URL(place, server.url));
    return response.ok || response.status < 500
      ? await response.text()
      : `${place} answers ${response.status}`;
  };
  try {
    const { paths } = JSON.parse(await get("/openapi.json")) as { paths: Record<string, { get?: unknown }> };
    const places = Object.entries(paths)
      .filter(([, { get: read }]) => read !== undefined)
      .map(([place]) => place.replaceAll("{batchUUID}", batch).replaceAll("{runUUID}", run))
      .filter((place) => !/[{]|stream|events|wait/.test(place));
    expect(places.length).toBeGreaterThan(15);
    return (await Promise.all(places.map(get))).join("\n");
  } finally {
    await server.close();
  }
}
