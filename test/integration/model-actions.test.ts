import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ModelList } from "../../src/contracts/api.ts";
import { ModelSpeed, PullMessage } from "../../src/contracts/model-actions.ts";
import type { RunningServer } from "../../src/server/start-server.ts";
import { type MisbehavingServer, ranged, startMisbehavingServer } from "../cli/models/misbehaving-server.ts";
import { asking, codeOf, makeKey } from "./keyed-hosts.ts";
import { putModel } from "./put-model.ts";
import { openServerHost, type ServerHost } from "./server-host.ts";

const WEIGHTS = readFileSync(fileURLToPath(new URL("../fixtures/pytorch/yolov8-detect.pt", import.meta.url)));

describe("what is done to models", () => {
  let host: ServerHost;
  let server: RunningServer;
  let mirror: MisbehavingServer;
  beforeAll(async () => {
    mirror = await startMisbehavingServer(WEIGHTS);
    host = await openServerHost({ MASKLOOM_MODELS_URL: mirror.url });
    server = await host.start();
  });
  afterAll(async () => {
    await host.stop();
    await mirror.close();
  });

  const send = (method: string, where: string, signal?: AbortSignal) =>
    fetch(new URL(`/api/models/${where}`, server.url), {
      method,
      ...(signal === undefined ? {} : { signal }),
    });
  const stateOf = async (id: string) => {
    const { models } = ModelList.parse(await (await fetch(new URL("/api/models", server.url))).json());
    return models.find((model) => model.id === id)?.state;
  };
  /** A model whose weights lie elsewhere. */
  const announce = async (id: string) => {
    const sha256 = createHash("sha256").update(WEIGHTS).digest("hex");
    const source = {
      url: `https://publisher.example/${id}.pt`,
      file: `${id}.pt`,
      sha256,
      bytes: WEIGHTS.length,
    };
    const manifest = {
      kind: "detector",
      id,
      detects: "face",
      description: "Faces.",
      shape: "box",
      licence: "MIT",
    };
    const folder = path.join(host.home, "models", "added");
    await mkdir(folder, { recursive: true });
    const text = JSON.stringify({ ...manifest, pipeline: { kind: "yolo", source } });
    await writeFile(path.join(folder, `${id}.json`), text);
  };
  const pull = async (id: string) => {
    const response = await send("POST", `${id}/pull`);
    expect([response.status, response.headers.get("content-type")]).toEqual([200, "application/x-ndjson"]);
    const lines = (await response.text()).trim().split("\n");
    return lines.map((line) => PullMessage.parse(JSON.parse(line)));
  };

  it("is measured on this machine, one model at a time", async () => {
    const [one, other] = await Promise.all([
      send("POST", "mediapipe_face_full/bench?rounds=3"),
      send("POST", "mediapipe_face_full/bench?rounds=3"),
    ]);
    expect([one.status, other.status].sort()).toEqual([200, 409]);
    const measured = ModelSpeed.parse(await (one.ok ? one : other).json());
    expect(measured).toMatchObject({ model: "mediapipe_face_full", width: 512, height: 512, rounds: 3 });
    expect(Object.keys(measured.medianMs)).toEqual(["decode", "preprocess", "inference", "postprocess"]);
    expect(measured.imagesPerSecond.oneThread).toBeGreaterThan(0);
  });

  it("is removed where it was added, and said so where it cannot be", async () => {
    await putModel(host.home, "my-faces", "yolov8-detect.pt");
    expect(await stateOf("my-faces")).toBe("ready");
    expect(await (await send("DELETE", "my-faces")).json()).toEqual({ model: "my-faces" });
    expect(await stateOf("my-faces")).toBeUndefined();
    for (const [id, code] of [
      ["my-faces", "MODEL_UNKNOWN"],
      ["mediapipe_face_full", "INPUT_INVALID"],
      ["face_yolov8n", "INPUT_INVALID"],
    ] as const) {
      expect([id, await codeOf(await send("DELETE", id))]).toEqual([id, code]);
    }
  });

  it("is not pulled where there is nothing to pull, nor measured where it is not here", async () => {
    expect(await codeOf(await send("POST", "mediapipe_face_full/pull"))).toBe("INPUT_INVALID");
    const absent = await send("POST", "face_yolov8n/bench");
    expect(((await absent.json()) as { error: object }).error).toMatchObject({
      code: "MODEL_UNAVAILABLE",
      message: expect.stringContaining("maskloom models pull face_yolov8n"),
    });
  });

  it("says in its last line why a pull failed, and what to do", async () => {
    mirror.behave((_content, _request, response) => response.writeHead(403).end());
    const messages = await pull("face_yolov8n");
    expect(messages.at(-1)).toMatchObject({
      type: "failed",
      error: { code: "DOWNLOAD_FAILED", message: expect.stringContaining("maskloom models add") },
    });
    expect(await stateOf("face_yolov8n")).toBe("notPulled");
  });

  it("is for admins, and for everybody to measure who may begin something", async () => {
    const { key } = await makeKey(host, { role: "operator" });
    const ask = asking(server.url, key);
    expect((await ask("/api/models/face_yolov8n/pull", { method: "POST" })).status).toBe(403);
    expect((await ask("/api/models/face_yolov8n", { method: "DELETE" })).status).toBe(403);
  });

  it("is pulled, telling how far it is, run once, and ready", async () => {
    await announce("faces-elsewhere");
    expect(await stateOf("faces-elsewhere")).toBe("notPulled");
    mirror.behave(ranged);
    const messages = await pull("faces-elsewhere");
    const told = messages.flatMap((message) => (message.type === "progress" ? [message.received] : []));
    expect(told.at(-1)).toBe(WEIGHTS.length);
    expect(messages.at(-1)).toEqual({ type: "done", model: "faces-elsewhere" });
    expect(await stateOf("faces-elsewhere")).toBe("ready");
    expect(await pull("faces-elsewhere")).toEqual([{ type: "done", model: "faces-elsewhere" }]);
    expect((await send("DELETE", "faces-elsewhere")).status).toBe(200);
    expect(await stateOf("faces-elsewhere")).toBeUndefined();
  });
});
