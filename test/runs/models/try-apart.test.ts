import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import process from "node:process";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { toYoloOnnx } from "../../../src/detection/yolo/yolo-weights.ts";
import { trialLimits, tryApart } from "../../../src/runs/models/try-apart.ts";
import { type Field, node, onnxFile, value } from "../../onnx/onnx-message.ts";
import {
  checkpointFile,
  createStorages,
  moduleCode,
  smallCheckpoint,
  smallModel,
} from "../../onnx/pytorch/checkpoint-file.ts";
import { type Code, pickle } from "../../onnx/pytorch/pickle-file.ts";
import { errorOf } from "../../onnx/run-model.ts";

const { dict, float, int, none, text } = pickle;

// Every test starts a process, some of them two.
vi.setConfig({ testTimeout: 120_000 });

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "maskloom-trial-"));
  await mkdir(path.join(folder, "added"));
});
afterAll(async () => await rm(folder, { recursive: true }));

const LIMITS = { seconds: 600, memoryBytes: 8 * 1024 ** 3 };
const whole = (...values: readonly number[]) => new Uint8Array(BigInt64Array.from(values.map(BigInt)).buffer);
/** A constant of int64. */
const sizes = (name: string, ...values: readonly number[]): Field => [
  5,
  [...(values.length === 1 ? [] : [[1, values.length] as Field]), [2, 7], [8, name], [9, whole(...values)]],
];

/** A model as `models add` puts it there to be tried. */
async function add(id: string, bytes: Uint8Array): Promise<void> {
  // What the file alone tells is refused elsewhere: test/onnx/hostile, test/onnx/pytorch.
  await toYoloOnnx(bytes, id);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const manifest = {
    kind: "detector",
    id,
    detects: "thing",
    description: "made by a test",
    shape: "box",
    shapes: ["box", "ellipse"],
    pipeline: { kind: "yolo", source: { added: `${id}.weights`, sha256, bytes: bytes.length } },
    licence: "none",
  };
  await writeFile(path.join(folder, "added", `${id}.weights`), bytes);
  await writeFile(path.join(folder, "added", `${id}.json`), JSON.stringify(manifest));
}

/** Copies the mean to as many places as asked for, and takes their mean: nothing of it is in the file. */
const spread = (...shape: readonly number[]): Uint8Array =>
  onnxFile({
    graph: [
      sizes("shape", ...shape),
      node("Expand", ["mean", "shape"], ["vast"]),
      node(
        "ReduceMean",
        ["vast"],
        ["all"],
        [
          5,
          [
            [1, "keepdims"],
            [3, 0],
            [20, 2],
          ],
        ],
      ),
      node("Mul", ["all", "nothing"], ["more"]),
    ],
  });

/** Adds up the mean, again and again. */
function rounds(times: number): Uint8Array {
  const TRUTH = 9;
  const body: Field[] = [
    node("Identity", ["go"], ["goes"]),
    node("Add", ["sum", "sum"], ["next"]),
    value(11, "round", [], 7),
    value(11, "go", [], TRUTH),
    value(11, "sum", []),
    value(12, "goes", [], TRUTH),
    value(12, "next", []),
  ];
  const loop = node(
    "Loop",
    ["times", "", "zero"],
    ["more"],
    [
      5,
      [
        [1, "body"],
        [6, [[2, "body"], ...body]],
        [20, 5],
      ],
    ],
  );
  return onnxFile({ graph: [sizes("times", times), loop] });
}

it("tells what came of a model that runs", async () => {
  await add("sound", onnxFile());
  expect(await tryApart(folder, "sound", LIMITS)).toMatchObject({ result: "0 finds", answersIn: null });
  await add("rounds", rounds(10));
  expect(await tryApart(folder, "rounds", LIMITS)).toMatchObject({ result: "0 finds" });
});

it("tells why one does not run", async () => {
  await add("wordless", onnxFile({ graph: [node("NoSuchOperator", ["mean"], ["more"])] }));
  expect(await errorOf(() => tryApart(folder, "wordless", LIMITS))).toMatchObject({
    code: "MODEL_UNREADABLE",
    message: expect.stringMatching(/wordless cannot be loaded: .*NoSuchOperator/),
  });
  // More than any machine has: the runtime asks for it at once, and is refused.
  await add("petabytes", spread(1e6, 1e9));
  expect(await errorOf(() => tryApart(folder, "petabytes", LIMITS))).toMatchObject({
    code: "MODEL_UNREADABLE",
    message: expect.stringMatching(/petabytes: expected a network that runs on any picture: /),
  });
});

/** Layers of a checkpoint, each of which may stand in a network once, that together make a vast picture of a small one. */
const layers = (count: number, layer: Code) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`layer${index}`, layer]));

const enlarging = (): Uint8Array => {
  const attributes = { f: int(-1), mode: text("nearest"), scale_factor: float(8) };
  return smallCheckpoint({
    layers: layers(3, moduleCode("torch.nn.modules.upsampling.Upsample", { attributes })),
  });
};

const padding = (): Uint8Array => {
  const storages = createStorages();
  const attributes = {
    f: int(-1),
    out_channels: int(3),
    stride: int(1),
    padding: int(192),
    dilation: int(64),
    groups: int(1),
    padding_mode: text("zeros"),
  };
  const weight = (index: number) => storages.floats([3, 3, 3, 3], () => index);
  const convolutions = Array.from({ length: 32 }, (_, index) => [
    `layer${index}`,
    moduleCode("torch.nn.modules.conv.Conv2d", {
      parameters: { weight: weight(index), bias: none },
      attributes,
    }),
  ]);
  const value = dict({ model: smallModel({ storages, layers: Object.fromEntries(convolutions) }) });
  return checkpointFile(value, storages);
};

it("refuses one whose scores are none", async () => {
  await add("loud", onnxFile({ more: 5 }));
  expect(await errorOf(() => tryApart(folder, "loud", LIMITS))).toMatchObject({
    code: "MODEL_UNREADABLE",
    message: expect.stringMatching(/model loud: expected scores of 0–1, it answers 5; .*sigmoid/),
  });
});

it.each([
  ["of numbers repeated", "repeated", () => spread(400, 1_000_000)],
  ["of a checkpoint that enlarges what it enlarged", "enlarging", enlarging],
  ["of a checkpoint that puts margins around margins", "padding", padding],
])("ends a run that takes more memory than it may: %s", async (_, id, make) => {
  await add(id, make());
  const limits = { ...LIMITS, memoryBytes: 768 * 1024 ** 2 };
  expect(await errorOf(() => tryApart(folder, id, limits))).toMatchObject({
    code: "MODEL_UNREADABLE",
    message: expect.stringMatching(/one run on a small picture took more than 768 MiB of memory/),
  });
});

it("ends a run that has no end", async () => {
  await add("endless", rounds(2 ** 60));
  expect(await errorOf(() => tryApart(folder, "endless", { ...LIMITS, seconds: 2 }))).toMatchObject({
    code: "MODEL_UNREADABLE",
    message: expect.stringMatching(
      /model endless: one run on a small picture took more than 2 seconds of computing/,
    ),
  });
});

/** The process in which a model is tried right now; undefined where there is none yet. */
function trialProcess(): number | undefined {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .find((pid) => {
      try {
        const [, parent] = /\) \S (\d+) /.exec(readFileSync(`/proc/${pid}/stat`, "utf8")) ?? [];
        const isTrial = readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("trial-process");
        return isTrial && Number(parent) === process.pid;
      } catch {
        // It has ended meanwhile.
        return false;
      }
    });
}

it.skipIf(process.platform !== "linux")("tells that the runtime did not survive a model", async () => {
  await add("deadly", rounds(2 ** 60));
  const trial = errorOf(() => tryApart(folder, "deadly", LIMITS));
  const pid = await vi.waitFor(() => trialProcess() ?? expect.unreachable("it starts"), { timeout: 20_000 });
  process.kill(pid, "SIGKILL");
  expect(await trial).toMatchObject({
    code: "MODEL_UNREADABLE",
    message: expect.stringMatching(/model deadly: the runtime did not survive it \(SIGKILL\)/),
  });
});

it("gives a model more time and memory the larger it is", () => {
  const [small, large] = [trialLimits(6e6), trialLimits(290e6)];
  expect(large.seconds).toBeGreaterThan(small.seconds);
  expect(large.memoryBytes).toBeGreaterThan(small.memoryBytes);
});
