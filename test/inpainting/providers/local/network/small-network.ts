import { createHash } from "node:crypto";
import type { InpainterManifest, ModelSource } from "../../../../../src/contracts/manifest.ts";
import { hardCapabilities } from "../../../../../src/inpainting/providers/local/network/network-facts.ts";
import { encodeGraph } from "../../../../../src/onnx/writer/encode-graph.ts";
import { createGraphBuilder } from "../../../../../src/onnx/writer/graph-builder.ts";

/** A network with the signature of LaMa: keeps what the mask keeps, and paints the negative where it repaints. */
export function negativeNetwork(side: number | null, names = { image: "image", mask: "mask" }): Uint8Array {
  const graph = createGraphBuilder("negative");
  const [height, width] = side === null ? ["height", "width"] : [side, side];
  const image = graph.input(names.image, "float32", [1, 3, height, width]);
  const mask = graph.input(names.mask, "float32", [1, 1, height, width]);
  const one = graph.floats("one", [], Float32Array.of(1));
  const white = graph.floats("white", [], Float32Array.of(255));
  const kept = graph.node("Mul", [image, graph.node("Sub", [one, mask])]);
  const painted = graph.node("Mul", [graph.node("Sub", [one, image]), mask]);
  const answer = graph.node("Mul", [graph.node("Add", [kept, painted]), white]);
  graph.output("output", answer, "float32", [1, 3, height, width]);
  return encodeGraph(graph.build());
}

/** Its manifest; the weights come from wherever the runtime reads them. */
export function negativeManifest(side: number | null, onnx = negativeNetwork(side)) {
  const source: ModelSource = {
    added: "negative.onnx",
    bytes: onnx.length,
    sha256: createHash("sha256").update(onnx).digest("hex"),
  };
  const network = {
    source,
    image: { name: "image", type: "float32", range: [0, 1], channels: "RGB" },
    mask: { name: "mask", type: "float32", keep: 0, repaint: 1 },
    output: { name: "output", range: [0, 255] },
    size: side === null ? null : [side, side],
  } satisfies InpainterManifest["network"];
  return {
    kind: "inpainter",
    id: "local:negative",
    slug: "negative",
    provider: "local",
    description: "The negative.",
    capabilities: {
      hard: hardCapabilities(network),
      soft: [],
      generative: false,
      edgeGuard: true,
      precision: "float",
      paid: false,
    },
    sources: [],
    network,
    licence: "MIT",
  } satisfies InpainterManifest;
}
