import { exactHalves } from "./exact-halves.ts";
import {
  type Attribute,
  type Constant,
  type Dimension,
  ELEMENT_TYPES,
  type ElementType,
  type Graph,
  type Node,
  type Value,
} from "./graph.ts";

/** Constants of fewer elements stay as they are: a node more takes about as much as it saves. */
const WORTH_HALVING = 256;

export interface GraphBuilder {
  /** Declares a graph input and returns its name. */
  input(name: string, type: ElementType, dims: readonly Dimension[]): string;
  /**
   * Large constants that are halves in truth are stored as halves and cast back: the runtime does that once, when
   * it loads the model, and the file is half the size.
   */
  floats(hint: string, dims: readonly number[], data: Float32Array): string;
  /** An int64 constant of one axis: shapes, axes, pads. */
  ints(hint: string, values: readonly number[]): string;
  /** Adds a node with one output and returns the output's name; an empty input name leaves an optional input out. */
  node(op: string, inputs: readonly string[], attributes?: Readonly<Record<string, Attribute>>): string;
  /** Gives the value a stable public name. */
  output(name: string, from: string, type: ElementType, dims: readonly Dimension[]): void;
  /** The finished graph without the nodes and constants that no output reads. */
  build(): Graph;
}

/** Collects a graph node by node. Names are unique by number; the operator's name is kept in them for readers of the file. */
export function createGraphBuilder(graphName: string): GraphBuilder {
  const inputs: Value[] = [];
  const outputs: Value[] = [];
  const nodes: Node[] = [];
  const constants: Constant[] = [];
  let count = 0;
  const nextName = (hint: string): string => `${hint}_${count++}`;

  const addConstant = (
    hint: string,
    type: ElementType,
    dims: readonly number[],
    data: Uint8Array,
  ): string => {
    const name = nextName(hint);
    constants.push({ name, type, dims, data });
    return name;
  };

  const addNode: GraphBuilder["node"] = (op, nodeInputs, attributes = {}) => {
    const name = nextName(op);
    nodes.push({ op, inputs: nodeInputs, outputs: [name], attributes });
    return name;
  };

  return {
    input(name, type, dims) {
      inputs.push({ name, type, dims });
      return name;
    },
    floats(hint, dims, data) {
      const halves = data.length < WORTH_HALVING ? null : exactHalves(data);
      if (halves !== null) {
        return addNode("Cast", [addConstant(hint, "float16", dims, halves)], {
          to: { int: ELEMENT_TYPES.float32 },
        });
      }
      const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
      return addConstant(hint, "float32", dims, bytes);
    },
    ints(hint, values) {
      const data = BigInt64Array.from(values, (value) => BigInt(value));
      return addConstant(hint, "int64", [values.length], new Uint8Array(data.buffer));
    },
    node: addNode,
    output(name, from, type, dims) {
      nodes.push({ op: "Identity", inputs: [from], outputs: [name], attributes: {} });
      outputs.push({ name, type, dims });
    },
    build() {
      return prune({ name: graphName, inputs, outputs, nodes, constants });
    },
  };
}

/** Walks the nodes backwards (they are in topological order) and keeps what some output needs. */
function prune(graph: Graph): Graph {
  const needed = new Set(graph.outputs.map((output) => output.name));
  const kept: Node[] = [];
  for (const node of [...graph.nodes].reverse()) {
    if (!node.outputs.some((output) => needed.has(output))) continue;
    for (const input of node.inputs) needed.add(input);
    kept.push(node);
  }
  return {
    ...graph,
    nodes: kept.reverse(),
    constants: graph.constants.filter((constant) => needed.has(constant.name)),
  };
}
