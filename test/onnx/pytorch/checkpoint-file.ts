import { type Code, pickle } from "./pickle-file.ts";
import { type ZipEntry, zipFile } from "./zip-file.ts";

const { int, float, text, tuple, list, dict, none, no, yes } = pickle;

/** A checkpoint under construction: storages that its pickle may speak of. */
export interface Storages {
  readonly entries: ZipEntry[];
  /** A tensor of singles in a storage of its own. */
  floats(size: readonly number[], value: (index: number) => number): Code;
}

export function createStorages(): Storages {
  const entries: ZipEntry[] = [];
  return {
    entries,
    floats(size, value) {
      const count = size.reduce((product, length) => product * length, 1);
      const key = String(entries.length);
      const data = Float32Array.from({ length: count }, (_, index) => value(index));
      entries.push({ name: `model/data/${key}`, data: new Uint8Array(data.buffer) });
      return pickle.tensor({ storage: pickle.storage("FloatStorage", key, count), size });
    },
  };
}

export interface Parts {
  readonly modules?: Readonly<Record<string, Code>>;
  readonly parameters?: Readonly<Record<string, Code>>;
  readonly attributes?: Readonly<Record<string, Code>>;
}

/** A module as torch.nn.Module is pickled. */
export function moduleCode(path: string, { modules = {}, parameters = {}, attributes = {} }: Parts): Code {
  const dot = path.lastIndexOf(".");
  return pickle.object(
    path.slice(0, dot),
    path.slice(dot + 1),
    dict({
      training: no,
      _parameters: dict(parameters),
      _buffers: dict({}),
      _modules: dict(modules),
      ...attributes,
    }),
  );
}

export function convolution(weight: Code, channels: number, bias: Code = none, kernel = 1): Code {
  return moduleCode("torch.nn.modules.conv.Conv2d", {
    parameters: { weight, bias },
    attributes: {
      out_channels: int(channels),
      stride: tuple(int(1), int(1)),
      padding: tuple(int(0), int(0)),
      dilation: tuple(int(1), int(1)),
      kernel_size: tuple(int(kernel), int(kernel)),
      groups: int(1),
      padding_mode: text("zeros"),
    },
  });
}

const sequence = (...parts: readonly Code[]): Code =>
  moduleCode("torch.nn.modules.container.Sequential", { modules: Object.fromEntries(parts.entries()) });

/** The smallest network that is a YOLO: a head that looks at the picture itself, with 2 bins and 1 class. */
export interface SmallModel {
  readonly storages?: Storages;
  /** Weights [1, 3, 1, 1] of the score. */
  readonly scoreWeights?: Code;
  /** What the two bins stand for; usually 0 and 1. */
  readonly bins?: readonly [number, number];
  readonly head?: Parts & { readonly type?: string };
  readonly model?: Parts & { readonly type?: string };
  readonly layers?: Readonly<Record<string, Code>>;
}

export function smallModel(changes: SmallModel = {}): Code {
  const storages = changes.storages ?? createStorages();
  const scores = changes.scoreWeights ?? storages.floats([1, 3, 1, 1], (index) => index + 1);
  const bins = storages.floats([1, 2, 1, 1], (index) => changes.bins?.[index] ?? index);
  const boxes = convolution(
    storages.floats([8, 3, 1, 1], () => 0),
    8,
  );
  const head = moduleCode(changes.head?.type ?? "ultralytics.nn.modules.head.Detect", {
    modules: {
      cv2: sequence(sequence(boxes)),
      cv3: sequence(sequence(convolution(scores, 1))),
      dfl: moduleCode("ultralytics.nn.modules.block.DFL", { modules: { conv: convolution(bins, 1) } }),
      ...changes.head?.modules,
    },
    attributes: {
      f: list(int(-1)),
      nc: int(1),
      reg_max: int(2),
      stride: storages.floats([1], () => 8),
      ...changes.head?.attributes,
    },
  });
  return moduleCode(changes.model?.type ?? "ultralytics.nn.tasks.DetectionModel", {
    modules: {
      model: moduleCode("torch.nn.modules.container.Sequential", {
        modules: { ...changes.layers, head },
      }),
      ...changes.model?.modules,
    },
    attributes: {
      names: pickle.code("}(", int(0), text("dot"), "u"),
      args: dict({ imgsz: int(60) }),
      rate: float(0.5),
      ...changes.model?.attributes,
    },
  });
}

/** The file of a checkpoint whose pickle is `value`. */
export function checkpointFile(value: Code, { entries }: Pick<Storages, "entries">): Uint8Array {
  return zipFile([
    { name: "model/data.pkl", data: pickle.file(value) },
    { name: "model/version", data: Buffer.from("3\n") },
    ...entries,
  ]);
}

/** A checkpoint file around the small model. */
export function smallCheckpoint(changes: Omit<SmallModel, "storages"> = {}): Uint8Array {
  const storages = createStorages();
  return checkpointFile(
    dict({ model: smallModel({ ...changes, storages }), epoch: int(-1), done: yes }),
    storages,
  );
}
