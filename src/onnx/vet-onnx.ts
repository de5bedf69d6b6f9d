import { WireType } from "@bufbuild/protobuf/wire";
import type { MessageWalk } from "./message-walk.ts";
import type { TensorSummary } from "./model-summary.ts";
import { readingOnnx, readOnnxHeader } from "./read-onnx.ts";
import { unreadableModel } from "./unreadable-model.ts";

/** YOLOv8x has some 500 operators, networks that repaint some thousands. */
const MAX_NODES = 50_000;
/** Branches within branches: exporters nest one or two. */
const MAX_DEPTH = 8;
/** Numbers of one input: three channels of 4096 × 4096 pixels fit. */
const MAX_INPUT = 2 ** 26;
/** Names and paths of a file may have megabytes. */
const MAX_SHOWN = 200;

/** Operators that come with onnxruntime, those into which it rewrites others included. */
const DOMAINS: readonly string[] = ["", "ai.onnx", "ai.onnx.ml", "com.microsoft", "com.microsoft.nchwc"];

/** Fields that hold sparse tensors: of a graph, of an attribute. */
const SPARSE = { graph: 15, attribute: 22, attributes: 23 } as const;

interface Vetting {
  readonly walk: MessageWalk;
  readonly refuse: (fact: string) => never;
  nodes: number;
}

/**
 * Refuses an ONNX file by what it says, before the runtime reads it: what reaches for other files, promises more numbers than it
 * holds (the runtime takes memory for them first: 3 billion zeros in a sparse tensor of 100 bytes took 11 GB), defines operators
 * of its own (functions that call one another four times each keep it busy for ever) or names such as nobody knows. What
 * a network computes nobody can tell from its file: that is for a run under limits.
 * Throws MODEL_UNREADABLE. Field numbers from the public onnx.proto, IR version 8.
 * @param name shown in errors
 */
export function vetOnnx(bytes: Uint8Array, name: string): void {
  const refuse = (fact: string): never => {
    throw unreadableModel(name, fact);
  };
  for (const input of readOnnxHeader(bytes, name).inputs) checkInput(input, refuse);
  readingOnnx(bytes, name, (walk) => {
    const vetting: Vetting = { walk, refuse, nodes: 0 };
    if (walk.message(bytes, 25).length > 0) {
      refuse("expected operators of ONNX alone, got functions of its own; export it again without them");
    }
    vetGraph(vetting, walk.message(bytes, 7), 0);
  });
}

/** A negative size says, as a name does, that any will do. */
function checkInput({ name, shape }: TensorSummary, refuse: Vetting["refuse"]): void {
  const sizes = shape.filter((size) => typeof size === "number");
  const numbers = sizes.reduce((product, size) => product * Math.max(1, size), 1);
  if (numbers <= MAX_INPUT && !sizes.includes(0)) return;
  const shown = shape.join(", ").slice(0, MAX_SHOWN);
  refuse(
    `input ${name.slice(0, MAX_SHOWN)} is [${shown}]: expected sizes from 1 on, ${MAX_INPUT} numbers at most; ` +
      "export it again for smaller pictures",
  );
}

function vetGraph(vetting: Vetting, graph: Uint8Array, depth: number): void {
  const { walk, refuse } = vetting;
  if (depth > MAX_DEPTH) refuse(`its branches lie more than ${MAX_DEPTH} deep within one another`);
  if (walk.repeated(graph, SPARSE.graph).length > 0) refuseSparse(vetting);
  walk.fields(graph, {
    1: (reader) => {
      if (++vetting.nodes > MAX_NODES) refuse(`expected ${MAX_NODES} operators at most, got more`);
      vetNode(vetting, reader.bytes(), depth);
    },
    5: (reader) => vetTensor(vetting, reader.bytes()),
  });
}

function vetNode(vetting: Vetting, node: Uint8Array, depth: number): void {
  const { walk, refuse } = vetting;
  const domain = walk.text(node, 7);
  if (!DOMAINS.includes(domain)) {
    const operator = `${domain.slice(0, MAX_SHOWN)}.${walk.text(node, 4).slice(0, MAX_SHOWN)}`;
    refuse(`expected operators of ONNX alone, got ${operator}; export it again without it`);
  }
  for (const attribute of walk.repeated(node, 5)) {
    const all = (one: number, several: number): Uint8Array[] =>
      [walk.message(attribute, one), ...walk.repeated(attribute, several)].filter(({ length }) => length > 0);
    if (all(SPARSE.attribute, SPARSE.attributes).length > 0) refuseSparse(vetting);
    for (const tensor of all(5, 10)) vetTensor(vetting, tensor);
    for (const graph of all(6, 11)) vetGraph(vetting, graph, depth + 1);
  }
}

function refuseSparse({ refuse }: Vetting): never {
  return refuse("expected weights as they are, got sparse ones; export it again without them");
}

/** A tensor lies within the file, and has no more numbers than its bytes can hold: two to a byte, of four bits each. */
function vetTensor({ walk, refuse }: Vetting, tensor: Uint8Array): void {
  let numbers = 1;
  let outside = false;
  const count = (size: number): void => {
    numbers *= size < 0 ? Number.NaN : size;
  };
  walk.fields(tensor, {
    1: (reader, type) => {
      const end = type === WireType.LengthDelimited ? reader.uint32() + reader.pos : reader.pos + 1;
      while (reader.pos < end) count(Number(reader.int64()));
    },
    13: (reader) => {
      reader.bytes();
      outside = true;
    },
    14: (reader) => {
      if (reader.int32() !== 0) outside = true;
    },
  });
  const title = (): string => `weights ${JSON.stringify(walk.text(tensor, 8).slice(0, MAX_SHOWN))}`;
  if (outside) {
    refuse(
      `${title()} lie in another file, which is never read; export it again with all of its weights inside`,
    );
  }
  if (!(numbers <= 2 * tensor.length)) {
    refuse(`${title()} are said to be more numbers than the file holds; it is damaged, or made to do damage`);
  }
}
