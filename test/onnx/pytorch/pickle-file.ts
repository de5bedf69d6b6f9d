/** Operations that leave one value on the stack. */
export type Code = Uint8Array;

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function uint64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes;
}

function code(...parts: readonly (string | Uint8Array)[]): Code {
  return Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part, "latin1") : part)));
}

function int(value: number): Code {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return code("J", bytes);
}

function float(value: number): Code {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  return code("G", bytes);
}

const text = (value: string): Code => code("X", uint32(Buffer.byteLength(value)), Buffer.from(value));
const tuple = (...items: readonly Code[]): Code => code("(", ...items, "t");
const list = (...items: readonly Code[]): Code => code("](", ...items, "e");
const dict = (entries: Readonly<Record<string, Code>>): Code =>
  code("}(", ...Object.entries(entries).flatMap(([key, value]) => [text(key), value]), "u");
const global = (module: string, name: string): Code => code("c", `${module}\n${name}\n`);
const reduce = (callable: Code, ...args: readonly Code[]): Code => code(callable, tuple(...args), "R");
const object = (module: string, name: string, state: Code): Code =>
  code(global(module, name), ")\x81", state, "b");
const storage = (type: string, key: string, elements: number): Code =>
  code(tuple(text("storage"), global("torch", type), text(key), text("cpu"), int(elements)), "Q");

interface TensorCode {
  readonly storage: Code;
  readonly offset?: number;
  readonly size: readonly number[];
  readonly stride?: readonly number[];
}

function tensor({ storage: data, offset = 0, size, stride }: TensorCode): Code {
  const steps = size.map((_, axis) => size.slice(axis + 1).reduce((product, length) => product * length, 1));
  return reduce(
    global("torch._utils", "_rebuild_tensor_v2"),
    data,
    int(offset),
    tuple(...size.map(int)),
    tuple(...(stride ?? steps).map(int)),
    code("\x89"),
    reduce(global("collections", "OrderedDict")),
  );
}

/** Writes pickles operation by operation, as hostile writers do. */
export const pickle = {
  code,
  uint32,
  uint64,
  int,
  float,
  text,
  tuple,
  list,
  dict,
  global,
  reduce,
  object,
  storage,
  tensor,
  none: code("N"),
  yes: code("\x88"),
  no: code("\x89"),
  file: (value: Code, protocol = 2): Uint8Array => code("\x80", Uint8Array.of(protocol), value, "."),
} as const;
