import { execFileSync } from "node:child_process";
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import process from "node:process";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Report } from "../../src/contracts/report.ts";
import { decodeImage } from "../../src/image/codec.ts";
import { startA1111Peer } from "../inpainting/providers/a1111/a1111-peer.ts";
import { startComfyPeer } from "../inpainting/providers/comfyui/comfyui-peer.ts";
import { negativeNetwork } from "../inpainting/providers/local/network/small-network.ts";
import { makeTemporaryHome, removeTemporaryHome } from "../store/postgres/temporary-home.ts";
import { type Installation, installCli, PHOTOS, until } from "./cli-installation.ts";

/* Inpainters that users bring and configure, through everything that a run goes through. */

let installation: Installation;
let home: string;
const closing: (() => Promise<void>)[] = [];

beforeAll(async () => {
  installation = await installCli();
  home = await makeTemporaryHome();
  await mkdir(at("photos"));
  await copyFile(path.join(PHOTOS, "astronaut.jpg"), at("photos", "astronaut.jpg"));
});
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});
afterAll(async () => {
  await removeTemporaryHome(home);
  await installation.remove();
});

const at = (...parts: string[]): string => path.join(home, ...parts);

/** Begins to repaint the face of a photo with a model, as any user would ask for it. */
async function startRepainting(
  name: string,
  inpainting: readonly string[],
  env: Readonly<Record<string, string>> = {},
) {
  await writeFile(
    at(`${name}.yaml`),
    [
      "maskloom: 1",
      `name: ${name}`,
      "inputs: { image: { type: image } }",
      "steps:",
      '  - { id: faces, task: imageMasking, inputImage: "${inputs.image}", model: mediapipe_face_full }',
      "  - id: paint",
      "    task: imageInference",
      "    seedImage: ${inputs.image}",
      "    maskImage: ${steps.faces.maskImage}",
      "    maskMargin: 32",
      ...inpainting.map((line) => `    ${line}`),
      "output: ${steps.paint.image}",
    ].join("\n"),
  );
  const args = ["run", at(`${name}.yaml`), at("photos"), "--out", at(name), "--format", "png", "--json"];
  return installation.start(args, { home, env });
}

async function repaint(name: string, ...how: [readonly string[], Readonly<Record<string, string>>?]) {
  const running = await startRepainting(name, ...how);
  return { ...(await running.ended), out: outOf(name) };
}

const outOf = (name: string): string => at(name, "astronaut.png");

/** The worker process of a `run`. */
function workerOf(run: number): number {
  const listed = execFileSync("ps", ["-A", "-o", "pid=,ppid=,args="], { encoding: "utf8" });
  for (const line of listed.split("\n")) {
    const [, pid, parent, command] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    if (Number(parent) === run && command?.includes("workers")) return Number(pid);
  }
  throw new Error("the run has no worker process");
}

async function expectRepainted({
  code,
  stdout,
  stderr,
  out,
}: Awaited<ReturnType<typeof repaint>>): Promise<void> {
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.anything() });
  const [run] = Report.parse(JSON.parse(stdout)).runs;
  expect(run?.status).toBe("succeeded");
  expect(run?.pixelsChangedOutside).toBe(0);
  const [before, after] = await Promise.all(
    [path.join(PHOTOS, "astronaut.jpg"), out].map(
      async (file) => (await decodeImage(await readFile(file))).image,
    ),
  );
  if (before === undefined || after === undefined) throw new Error("no picture");
  expect([after.width, after.height]).toEqual([before.width, before.height]);
  const changed = Uint8Array.from(after.data).filter((value, index) => value !== before.data[index]).length;
  expect(changed).toBeGreaterThan(5_000);
}

describe("an inpainter in a run", () => {
  it("is a network that was added", async () => {
    await writeFile(at("negative.onnx"), negativeNetwork(64));
    expect(
      await installation.run(["models", "add", at("negative.onnx"), "--inpainter"], { home }),
    ).toMatchObject({
      code: 0,
    });
    await expectRepainted(await repaint("added", ["model: local:negative"]));
  });

  it("is a checkpoint of a web UI that breaks down twice, and whose password nobody gets to see", async () => {
    const peer = await startA1111Peer("painter:hidden-word-7");
    closing.push(() => peer.close());
    let storms = 2;
    peer.fault = {
      path: "/sdapi/v1/img2img",
      act(_request, response) {
        storms -= 1;
        if (storms === 0) peer.fault = null;
        response.writeHead(500).end("Internal Server Error");
      },
    };
    const provider = { id: "forge", kind: "a1111", url: peer.url, keyFrom: "FORGE_LOGIN" };
    await writeFile(at("config.yaml"), JSON.stringify({ providers: [provider] }));
    const lines = ["provider: forge", "model: dreamshaper_8", "strength: 0.4", 'positivePrompt: "a face"'];
    const result = await repaint("forge", lines, { FORGE_LOGIN: "painter:hidden-word-7" });
    await expectRepainted(result);
    expect(peer.pictures).toHaveLength(1);
    expect(peer.pictures[0]).toMatchObject({ prompt: "a face", denoising_strength: 0.4 });
    expect(result.stdout + result.stderr).not.toMatch(/hidden-word-7/);
  });

  it("is a checkpoint of a ComfyUI", async () => {
    const peer = await startComfyPeer();
    closing.push(() => peer.close());
    const provider = { id: "comfy", kind: "comfyui", url: peer.url };
    await writeFile(at("config.yaml"), JSON.stringify({ providers: [provider] }));
    await expectRepainted(await repaint("comfy", ["provider: comfyui", "model: dreamshaper_8", "steps: 9"]));
    expect(peer.submitted).toHaveLength(1);
    expect(JSON.stringify(peer.submitted[0]?.prompt)).toMatch(/"steps":9/);
  });

  it("is asked for the picture that a killed worker waited for, not for another one", async () => {
    const peer = await startComfyPeer();
    closing.push(() => peer.close());
    await writeFile(
      at("config.yaml"),
      JSON.stringify({ providers: [{ id: "comfy", kind: "comfyui", url: peer.url }] }),
    );
    peer.held = true;
    const running = await startRepainting("killed", ["provider: comfy", "model: default", "seed: 11"]);
    await until(() => peer.submitted.length > 0);
    process.kill(workerOf(running.pid), "SIGKILL");
    await until(() => peer.requests.some(({ url }, at) => at > 5 && url.pathname.startsWith("/history/")));
    peer.held = false;
    await expectRepainted({ ...(await running.ended), out: outOf("killed") });
    expect(peer.submitted).toHaveLength(1);
  });

  it("is told to stop when the command is, and nothing goes on there behind one's back", async () => {
    const peer = await startA1111Peer();
    closing.push(() => peer.close());
    await writeFile(
      at("config.yaml"),
      JSON.stringify({ providers: [{ id: "forge", kind: "a1111", url: peer.url }] }),
    );
    peer.held = true;
    const running = await startRepainting("stopped", ["provider: forge", "model: default", "seed: 12"]);
    await until(() => peer.pictures.length > 0);
    running.kill("SIGINT");
    expect((await running.ended).code).not.toBe(0);
    expect(peer.interrupted).toEqual(peer.pictures.map((picture) => picture.force_task_id));
  });
});
