/* Blocks of YOLOv8 and YOLO11, as the public descriptions of their architectures draw them. */

import type { ModuleRecord } from "../module-record.ts";
import { emitConvHalves } from "./convolution.ts";
import { type EmitLayer, type LayerContext, onlyInput } from "./layer-context.ts";

/** Two convolutions, and a way past them where `add` says so. */
export const emitBottleneck: EmitLayer = (context, module, inputs) => {
  const input = onlyInput(module, inputs);
  const inner = context.emit(module.child("cv1"), input);
  const outer = context.emit(module.child("cv2"), inner);
  return module.flag("add") ? context.graph.node("Add", [input, outer]) : outer;
};

/** C2: the first half goes through the chain, the second past it. */
export const emitC2: EmitLayer = (context, module, inputs) => {
  const [first, second] = emitConvHalves(context, module.child("cv1"), onlyInput(module, inputs));
  return mergeBranches(context, module, "cv2", [context.emit(module.child("m"), first), second]);
};

/** C2f and C3k2: both halves, and the second one after each further part of the chain, go into the last convolution. */
export const emitC2f: EmitLayer = (context, module, inputs) => {
  const [first, second] = emitConvHalves(context, module.child("cv1"), onlyInput(module, inputs));
  const branches = [first, second];
  for (const part of module.child("m").children())
    branches.push(context.emit(part, branches.at(-1) ?? second));
  return mergeBranches(context, module, "cv2", branches);
};

/** C3 and C3k: one branch goes through the chain, the other only through a convolution. */
export const emitC3: EmitLayer = (context, module, inputs) => {
  const input = onlyInput(module, inputs);
  const long = context.emit(module.child("m"), context.emit(module.child("cv1"), input));
  return mergeBranches(context, module, "cv3", [long, context.emit(module.child("cv2"), input)]);
};

const MAX_STAGES = 16;

/** The same pooling again and again, every stage kept: windows of 5, 9 and 13 pixels. */
export const emitSppf: EmitLayer = (context, module, inputs) => {
  const input = onlyInput(module, inputs);
  const branches = [context.emit(module.child("cv1"), input)];
  const stages = module.attribute("n") === undefined ? 3 : module.count("n");
  if (stages > MAX_STAGES) module.fail(`${stages} stages of pooling, expected ${MAX_STAGES} at most`);
  for (let stage = 0; stage < stages; stage++) {
    branches.push(context.emit(module.child("m"), branches.at(-1) ?? input));
  }
  const merged = mergeBranches(context, module, "cv2", branches);
  return module.flag("add") ? context.graph.node("Add", [merged, input]) : merged;
};

/** C2PSA: the second half goes through blocks of attention. */
export const emitC2psa: EmitLayer = (context, module, inputs) => {
  const [first, second] = emitConvHalves(context, module.child("cv1"), onlyInput(module, inputs));
  return mergeBranches(context, module, "cv2", [first, context.emit(module.child("m"), second)]);
};

/** PSABlock: attention, then two convolutions, each with a way past it where `add` says so. */
export const emitPsaBlock: EmitLayer = (context, module, inputs) => {
  const add = module.flag("add");
  const pass = (part: string, input: string): string => {
    const output = context.emit(module.child(part), input);
    return add ? context.graph.node("Add", [input, output]) : output;
  };
  return pass("ffn", pass("attn", onlyInput(module, inputs)));
};

/** Proto: the masks' prototypes, at twice the size of the finest features. */
export const emitProto: EmitLayer = (context, module, inputs) =>
  ["cv1", "upsample", "cv2", "cv3"].reduce(
    (input, part) => context.emit(module.child(part), input),
    onlyInput(module, inputs),
  );

function mergeBranches(
  context: LayerContext,
  module: ModuleRecord,
  last: string,
  branches: readonly string[],
): string {
  return context.emit(module.child(last), context.graph.node("Concat", branches, { axis: { int: 1 } }));
}
