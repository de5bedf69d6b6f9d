import type { ModuleRecord } from "../module-record.ts";
import { type EmitLayer, onlyInput } from "./layer-context.ts";

/** Ultralytics' Concat: of channels, which is all that YOLO does with it. */
export const emitConcat: EmitLayer = ({ graph }, module, inputs) => {
  if (module.number("d") !== 1) module.fail(`expected axis 1, got ${module.number("d")}`);
  return graph.node("Concat", inputs, { axis: { int: 1 } });
};

/** YOLO doubles; a factor of thousands would ask the runtime for all memory there is. */
const MAX_SCALE = 8;

/** torch.nn.Upsample by repetition: output pixel i is input pixel ⌊i ∕ scale⌋. */
export const emitUpsample: EmitLayer = ({ graph }, module, inputs) => {
  const mode = module.attribute("mode");
  const [vertical, horizontal] = module.pair("scale_factor");
  if (mode !== "nearest") module.fail(`expected mode nearest, got ${String(mode)}`);
  if (![vertical, horizontal].every((scale) => scale >= 1 && scale <= MAX_SCALE)) {
    module.fail(`scale factors are ${vertical} and ${horizontal}, expected 1 to ${MAX_SCALE}`);
  }
  const scales = graph.floats("scales", [4], Float32Array.of(1, 1, vertical, horizontal));
  return graph.node("Resize", [onlyInput(module, inputs), "", scales], {
    mode: { string: "nearest" },
    coordinate_transformation_mode: { string: "asymmetric" },
    nearest_mode: { string: "floor" },
  });
};

/** Pixels; YOLO's largest window has 13. One as large as the picture would be computed for days. */
const MAX_WINDOW = 64;

/** torch.nn.MaxPool2d. */
export const emitMaxPool2d: EmitLayer = ({ graph }, module, inputs) => {
  if (module.flag("ceil_mode")) module.fail("ceil_mode is not supported");
  const [vertical, horizontal] = module.pixels("padding", 0, MAX_WINDOW);
  return graph.node("MaxPool", [onlyInput(module, inputs)], {
    kernel_shape: { ints: module.pixels("kernel_size", 1, MAX_WINDOW) },
    strides: { ints: module.pixels("stride", 1, MAX_WINDOW) },
    pads: { ints: [vertical, horizontal, vertical, horizontal] },
    dilations: { ints: module.pixels("dilation", 1, MAX_WINDOW) },
  });
};

/** torch.nn.Sequential: one part after the other. */
export const emitSequential: EmitLayer = (context, module, inputs) =>
  module
    .children()
    .reduce((input: string, part: ModuleRecord) => context.emit(part, input), onlyInput(module, inputs));
