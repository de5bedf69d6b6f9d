import { z } from "zod";
import { parseAs } from "../../errors.ts";
import { unreadableModel } from "../unreadable-model.ts";

const Config = z.record(z.string(), z.unknown());

/** `inbound_nodes` of a layer that is used once: one list of [layer, node, tensor, arguments]. */
const InboundNodes = z.array(z.array(z.tuple([z.string(), z.literal(0), z.literal(0)]).rest(z.unknown())));

const Layer = z.object({
  class_name: z.string(),
  name: z.string(),
  config: Config,
  inbound_nodes: InboundNodes.max(1, "a layer that is used more than once is not supported"),
});
export type Layer = z.output<typeof Layer>;

const LayerReference = z.tuple([z.string(), z.literal(0), z.literal(0)]);

const WeightEntry = z.object({
  name: z.string(),
  shape: z.array(z.int().positive()),
  dtype: z.literal("float32"),
  quantization: z.never({ error: "quantised weights are not supported" }).optional(),
});

/** model.json of a tfjs layers model, as far as conversion needs it. */
const ModelJson = z.object({
  format: z.literal("layers-model"),
  modelTopology: z.object({
    model_config: z.object({
      class_name: z.enum(["Functional", "Model"]),
      config: z.object({
        layers: z.array(Layer).min(1),
        input_layers: z.array(LayerReference).length(1),
        output_layers: z.array(LayerReference).length(1),
      }),
    }),
  }),
  weightsManifest: z.array(z.object({ paths: z.array(z.string()), weights: z.array(WeightEntry) })),
});

export interface Weight {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

export interface LayersModel {
  readonly name: string;
  readonly layers: readonly Layer[];
  readonly input: string;
  readonly output: string;
  /** By name, such as F_0/kernel. */
  readonly weights: ReadonlyMap<string, Weight>;
}

/** Files of a layers model by name: `model.json` and the shards that it lists. */
export type LayersFiles = ReadonlyMap<string, Uint8Array>;

/** Reads a tfjs layers model; throws MODEL_UNREADABLE where a file is missing, damaged or of another kind. */
export function readLayersModel(files: LayersFiles, name: string): LayersModel {
  const json = parseAs(ModelJson, parseJson(files, name), `model ${name}: model.json`, "MODEL_UNREADABLE");
  const weights = new Map<string, Weight>();
  for (const group of json.weightsManifest) {
    const bytes = Buffer.concat(group.paths.map((path) => fileOf(files, path, name)));
    let offset = 0;
    for (const entry of group.weights) {
      const size = 4 * entry.shape.reduce((product, length) => product * length, 1);
      if (offset + size > bytes.length) {
        throw unreadableModel(
          name,
          `weight ${entry.name}: expected bytes ${offset}–${offset + size}, got ${bytes.length}`,
        );
      }
      // A copy, since the place of a weight within its shard need not be a multiple of four in memory.
      const data = new Float32Array(new Uint8Array(bytes.subarray(offset, offset + size)).buffer);
      weights.set(entry.name, { shape: entry.shape, data });
      offset += size;
    }
    if (offset !== bytes.length) {
      throw unreadableModel(
        name,
        `${bytes.length - offset} bytes of ${group.paths.join(", ")} belong to no weight`,
      );
    }
  }
  const { layers, input_layers, output_layers } = json.modelTopology.model_config.config;
  const [[input = ""] = []] = input_layers;
  const [[output = ""] = []] = output_layers;
  return { name, layers, input, output, weights };
}

function parseJson(files: LayersFiles, name: string): unknown {
  const text = new TextDecoder().decode(fileOf(files, "model.json", name));
  try {
    return JSON.parse(text);
  } catch (error) {
    throw unreadableModel(name, `model.json is not JSON (${text.length} characters)`, { cause: error });
  }
}

function fileOf(files: LayersFiles, path: string, name: string): Uint8Array {
  const file = files.get(path);
  if (file !== undefined) return file;
  throw unreadableModel(name, `file ${path} is missing; there are ${[...files.keys()].join(", ")}`);
}
