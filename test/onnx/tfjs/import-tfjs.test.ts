import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { importLayersModel } from "../../../src/onnx/tfjs/import-tfjs.ts";
import { errorOf, largestDifference, runModel } from "../run-model.ts";

interface Reference {
  readonly width: number;
  readonly height: number;
  readonly input: string;
  readonly networks: Readonly<Record<string, string>>;
}

/** Made by test/fixtures/make-esrgan-reference.mjs with TensorFlow.js itself. */
const reference: Reference = JSON.parse(
  readFileSync(new URL("../../fixtures/esrgan-reference.json", import.meta.url), "utf8"),
);

function filesOf(network: string): Map<string, Uint8Array> {
  const [size, factor] = network.split("-");
  const folder = new URL(
    `../../../node_modules/@upscalerjs/esrgan-${size}/models/${factor}/`,
    import.meta.url,
  );
  const names = readdirSync(fileURLToPath(folder));
  return new Map(names.map((name) => [name, readFileSync(new URL(name, folder))]));
}

describe.each(Object.entries(reference.networks))("the importer on %s", (network, answer) => {
  const [size, factor] = network.split("-x");
  const white = size === "thick" ? 1 : 255;

  it("answers as TensorFlow.js does, within 1e-3 of 255", async () => {
    const imported = importLayersModel(filesOf(network), { name: network, white });
    const input = Float32Array.from(Buffer.from(reference.input, "base64"));
    const dims = [1, reference.height, reference.width, 3];
    const { result } = await runModel(imported.onnx, input, dims);
    const scale = Number(factor);
    expect(imported.scale).toBe(scale);
    expect(result?.dims).toEqual([1, scale * reference.height, scale * reference.width, 3]);
    const expected = new Float32Array(new Uint8Array(Buffer.from(answer, "base64")).buffer);
    expect(largestDifference(result?.data ?? [], expected)).toBeLessThan(1e-3);
  });
});

it("tells how far a network sees", async () => {
  const { onnx, radius, scale } = importLayersModel(filesOf("slim-x2"), { name: "slim", white: 255 });
  expect(radius).toBe(10);
  const side = 2 * radius + 3;
  const centre = radius + 1;
  const picture = Float32Array.from({ length: side * side * 3 }, (_, index) => (index * 37) % 256);
  const middleOf = async (changed: Float32Array): Promise<number[]> => {
    const { result } = await runModel(onnx, changed, [1, side, side, 3]);
    const at = (centre * scale * side * scale + centre * scale) * 3;
    return [...(result?.data.slice(at, at + 3) ?? [])];
  };
  const outside = picture.slice();
  outside[(centre * side + centre - radius - 1) * 3] = 0;
  outside[(centre * side + centre + radius + 1) * 3] = 0;
  expect(await middleOf(outside)).toEqual(await middleOf(picture));
});

describe("models that cannot be converted", () => {
  type Json = {
    modelTopology: { model_config: { config: { layers: JsonLayer[]; output_layers: unknown } } };
  } & {
    weightsManifest: { paths: string[]; weights: Record<string, unknown>[] }[];
    format: string;
  };
  type JsonLayer = {
    class_name: string;
    name: string;
    config: Record<string, unknown>;
    inbound_nodes: unknown;
  };

  const changed = (change: (json: Json) => void): Map<string, Uint8Array> => {
    const files = filesOf("slim-x2");
    const json: Json = JSON.parse(Buffer.from(files.get("model.json") ?? []).toString());
    change(json);
    return files.set("model.json", Buffer.from(JSON.stringify(json)));
  };
  const layerOf = (json: Json, name: string): JsonLayer => {
    const layer = json.modelTopology.model_config.config.layers.find((candidate) => candidate.name === name);
    if (layer === undefined) throw new Error(`the network has no layer ${name}`);
    return layer;
  };
  const configOf = (name: string, values: Record<string, unknown>) =>
    changed((json) => Object.assign(layerOf(json, name).config, values));
  const shard = "group1-shard1of1.bin";
  const withShard = (bytes: Uint8Array) => filesOf("slim-x2").set(shard, bytes);

  it.each<[string, () => Map<string, Uint8Array>, RegExp]>([
    ["no model.json", () => new Map(), /file model\.json is missing/],
    [
      "a broken model.json",
      () => new Map([["model.json", Buffer.from('{"format')]]),
      /is not JSON \(8 characters\)/,
    ],
    [
      "a graph model",
      () => changed((json) => Object.assign(json, { format: "graph-model" })),
      /format: expected/,
    ],
    [
      "a missing shard",
      () => new Map([...filesOf("slim-x2")].filter(([name]) => name !== shard)),
      /shard1of1\.bin is missing/,
    ],
    [
      "a truncated shard",
      () => withShard(new Uint8Array(5000)),
      /weight F_0\/kernel: expected bytes 0–147456, got 5000/,
    ],
    [
      "a shard with bytes to spare",
      () => withShard(new Uint8Array(900_000)),
      /11700 bytes of group1-shard1of1\.bin belong to no weight/,
    ],
    [
      "an unknown layer",
      () => changed((json) => Object.assign(layerOf(json, "F_0"), { class_name: "Conv3D" })),
      /layer Conv3D "F_0" at position \d+ cannot be converted; known are Activation, /,
    ],
    [
      "a layer named like a method",
      () => changed((json) => Object.assign(layerOf(json, "F_0"), { class_name: "toString" })),
      /layer toString/,
    ],
    [
      "an unknown activation",
      () => configOf("F_0", { activation: "swish" }),
      /Conv2D "F_0" at position \d+: activation swish/,
    ],
    ["a stride", () => configOf("F_0", { strides: [2, 2] }), /strides\[0\]: /],
    ["another padding", () => configOf("F_0", { padding: "causal" }), /padding: expected/],
    ["an unpadded kernel", () => configOf("F_0", { padding: "valid" }), /an unpadded kernel above 1×1/],
    [
      "weights of another shape",
      () => configOf("F_0", { filters: 12 }),
      /to be \[3,3,64,12\], got \[3,3,64,64\]/,
    ],
    [
      "another way of enlarging",
      () => configOf("UPsample", { interpolation: "bilinear" }),
      /interpolation: expected/,
    ],
    [
      "quantised weights",
      () => changed((json) => Object.assign(json.weightsManifest[0]?.weights[0] ?? {}, { quantization: {} })),
      /quantised weights are not supported/,
    ],
    [
      "a missing weight",
      () => changed((json) => Object.assign(json.weightsManifest[0]?.weights[0] ?? {}, { name: "other" })),
      /its weight "kernel" is missing/,
    ],
    [
      "a layer that reads itself",
      () => changed((json) => Object.assign(layerOf(json, "F_0"), { inbound_nodes: [[["F_0", 0, 0, {}]]] })),
      /F_0 reads layer "F_0", which does not come before it/,
    ],
    [
      "a layer used twice",
      () =>
        changed((json) =>
          Object.assign(layerOf(json, "F_0"), { inbound_nodes: [[["LR", 0, 0]], [["LR", 0, 0]]] }),
        ),
      /used more than once/,
    ],
  ])("refuses %s", async (_, files, message) => {
    const error = await errorOf(() => importLayersModel(files(), { name: "slim", white: 255 }));
    expect(error).toMatchObject({ code: "MODEL_UNREADABLE", message: expect.stringMatching(message) });
  });
});
