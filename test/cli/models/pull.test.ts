import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { pullAll, TOLD } from "../../../src/cli/models/pull.ts";
import type { PulledSource } from "../../../src/contracts/manifest.ts";
import type { KnownModel } from "../../../src/detection/weights/model-library.ts";
import { createHttpClient, type HttpClient } from "../../../src/runs/models/http-client.ts";
import { mirrored, pullFile } from "../../../src/runs/models/pull-file.ts";
import { errorOf } from "../../onnx/run-model.ts";
import {
  answers,
  endsAfter,
  type MisbehavingServer,
  ranged,
  startMisbehavingServer,
} from "./misbehaving-server.ts";
import { runCommand } from "./run-command.ts";

const weights = readFileSync(
  fileURLToPath(new URL("../../fixtures/pytorch/yolov8-detect.pt", import.meta.url)),
);

let home: string;
let server: MisbehavingServer;
let client: HttpClient;
let source: PulledSource;
let said: string;

beforeEach(async () => {
  home = await mkdtemp(path.join(tmpdir(), "maskloom-pull-"));
  server = await startMisbehavingServer(weights);
  const real = createHttpClient();
  client = { ...real, pause: (milliseconds, signal) => real.pause(Math.min(milliseconds, 20), signal) };
  source = {
    url: "https://publisher.example/some/repository/faces.pt?download=true",
    file: "faces.pt",
    bytes: weights.length,
    sha256: createHash("sha256").update(weights).digest("hex"),
  };
  said = "";
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    said += String(text);
    return true;
  });
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    said += String(text);
    return true;
  });
});
afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await client.close();
  await server.close();
  await rm(home, { recursive: true });
});

const folder = () => path.join(home, "models");
const config = () => ({ models: { folder: folder(), mirrorUrl: server.url } });
const pulling = () => ({ config: config(), client, signal: new AbortController().signal });

function known(state: KnownModel["state"] = "absent"): KnownModel {
  const manifest = {
    kind: "detector",
    id: "faces",
    detects: "face",
    description: "Faces.",
    shape: "box",
    pipeline: { kind: "yolo", source },
    licence: "MIT",
  } as const;
  return { manifest, origin: "shipped", state, fact: null };
}

describe("models pull", () => {
  it("brings weights from the mirror, says size and licence, checks and runs them", async () => {
    expect(await pullAll([known()], pulling())).toBe(true);
    expect(server.seen).toEqual([{ url: "/some/repository/faces.pt?download=true", range: undefined }]);
    expect((await readFile(path.join(folder(), "pulled", "faces.pt"))).equals(weights)).toBe(true);
    expect(said).toMatch(
      /faces {2}424 KiB {2}licence MIT {2}from publisher\.example\/some\/repository\/faces\.pt/,
    );
    expect(said).toMatch(/faces\.pt {2}100 %/);
    expect(said).toMatch(/faces: pulled, checked and run once/);
  });

  it("fetches nothing that is here already", async () => {
    await pullAll([known()], pulling());
    expect(await pullAll([known("ready")], pulling())).toBe(true);
    expect(said).toMatch(/is here already, and whole/);
    expect(server.seen).toHaveLength(1);
  });

  it("goes on at the next command where one failed", async () => {
    server.behave(endsAfter(100_000), answers(403));
    expect(await pullAll([known()], pulling())).toBe(false);
    expect(said).toMatch(/error DOWNLOAD_FAILED: faces: .*it answers 403/);
    server.behave(ranged);
    expect(await pullAll([known()], pulling())).toBe(true);
    expect(server.seen.at(-1)?.range).toBe("bytes=100000-");
  });

  it("asks for space before it asks for bytes", async () => {
    source = { ...source, bytes: Number.MAX_SAFE_INTEGER };
    expect(await errorOf(() => pullAll([known()], pulling()))).toMatchObject({
      code: "DISK_FULL",
      message: expect.stringMatching(/for faces, found .* set MASKLOOM_HOME to another disk/),
    });
    expect(server.seen).toEqual([]);
  });

  it("fetches once where two pull the same at a time", async () => {
    const both = [pullFile(source, { ...pulling(), ...TOLD }), pullFile(source, { ...pulling(), ...TOLD })];
    await Promise.all(both);
    expect(server.seen).toHaveLength(1);
    const left = (await readdir(path.join(folder(), "pulled"))).sort();
    expect(left).toEqual(["faces.pt"]);
    expect(said).toMatch(/another process pulls models; waiting for it/);
  });

  it("is stopped while it waits for another one", async () => {
    const stopping = new AbortController();
    let release = (): void => undefined;
    server.behave((_content, _request, response) => {
      release = () => response.destroy();
    });
    const first = pullFile(source, { ...pulling(), ...TOLD, signal: stopping.signal });
    await vi.waitFor(() => expect(server.seen).toHaveLength(1));
    const second = pullFile(source, { ...pulling(), ...TOLD, signal: stopping.signal });
    await vi.waitFor(() => expect(said).toMatch(/waiting for it/));
    stopping.abort();
    const ended = await Promise.allSettled([first, second]);
    expect(ended.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    release();
    expect(existsSync(path.join(folder(), "pulled", ".maskloom.lock"))).toBe(false);
  });

  it("names models of other kinds, and what is wrong with the command", async () => {
    vi.stubEnv("MASKLOOM_HOME", home);
    expect(await runCommand("models", "pull", "mediapipe_face_full")).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/npm packages, there is nothing to pull/),
    });
    expect((await runCommand("models", "pull")).stderr).toMatch(/expected the names of models, or --all/);
    expect((await runCommand("models", "pull", "face_yolov9n")).stderr).toMatch(
      /MODEL_UNKNOWN.*Did you mean face_yolov8n/,
    );
  });

  it("does not take what a mirror has under the publisher's name for the publisher's bytes", async () => {
    vi.stubEnv("MASKLOOM_HOME", home);
    vi.stubEnv("MASKLOOM_MODELS_URL", `${server.url}/`);
    const { code, stderr } = await runCommand("models", "pull", "face_yolov8n");
    expect(code).toBe(1);
    expect(stderr).toMatch(/DOWNLOAD_FAILED: .*it offers 434559 bytes, expected 6230011/);
    expect(server.seen[0]?.url).toMatch(/^\/Bingsu\/adetailer\/resolve\/[0-9a-f]{40}\/face_yolov8n\.pt$/);
  });
});

it("a mirror has the publisher's paths", () => {
  expect(mirrored("https://a.example/x/y.pt?z=1", "https://b.example/models")).toBe(
    "https://b.example/models/x/y.pt?z=1",
  );
  expect(mirrored("https://a.example/x/y.pt", undefined)).toBe("https://a.example/x/y.pt");
});
