import { emitConvParts, outputChannels } from "./convolution.ts";
import { type EmitLayer, onlyInput } from "./layer-context.ts";

/**
 * YOLO11's Attention: every place looks at every other, in several heads; a depthwise convolution of the values stands in
 * for positions. The convolution `qkv` gives each head its queries, keys and values, in this order.
 */
export const emitAttention: EmitLayer = (context, module, inputs) => {
  const { graph } = context;
  const [heads, keySize, headSize] = [
    module.count("num_heads"),
    module.count("key_dim"),
    module.count("head_dim"),
  ];
  const headChannels = 2 * keySize + headSize;
  const qkv = module.child("qkv");
  if (heads * headChannels !== outputChannels(qkv)) {
    module.fail(`${heads} heads of ${keySize} and ${headSize} do not fit ${outputChannels(qkv)} channels`);
  }
  const channels = (start: number, size: number): number[] =>
    Array.from(
      { length: heads * size },
      (_, index) => Math.floor(index / size) * headChannels + start + (index % size),
    );
  const [queries = "", keys = "", values = ""] = emitConvParts(context, qkv, onlyInput(module, inputs), [
    channels(0, keySize),
    channels(keySize, keySize),
    channels(2 * keySize, headSize),
  ]);
  const byHead = (name: string, size: number): string =>
    graph.node("Reshape", [name, graph.ints("shape", [1, heads, size, -1])]);
  const swap = (name: string): string => graph.node("Transpose", [name], { perm: { ints: [0, 1, 3, 2] } });

  const scale = graph.floats("scale", [], Float32Array.of(keySize ** -0.5));
  const scaled = graph.node("Mul", [byHead(queries, keySize), scale]);
  const weights = graph.node("Softmax", [graph.node("MatMul", [swap(scaled), byHead(keys, keySize)])], {
    axis: { int: -1 },
  });
  const mixed = graph.node("MatMul", [byHead(values, headSize), swap(weights)]);
  const plane = graph.node("Reshape", [mixed, graph.node("Shape", [values])]);
  const placed = graph.node("Add", [plane, context.emit(module.child("pe"), values)]);
  return context.emit(module.child("proj"), placed);
};
