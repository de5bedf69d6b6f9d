import { type EmitLayer, onlyInput } from "./layer-context.ts";

const emitNode =
  (op: string): EmitLayer =>
  ({ graph }, module, inputs) =>
    graph.node(op, [onlyInput(module, inputs)]);

/** Activations of torch.nn that YOLO models are trained with. */
export const ACTIVATIONS: Readonly<Record<string, EmitLayer>> = {
  Identity: (_, module, inputs) => onlyInput(module, inputs),
  SiLU: ({ graph }, module, inputs) => {
    const input = onlyInput(module, inputs);
    return graph.node("Mul", [input, graph.node("Sigmoid", [input])]);
  },
  ReLU: emitNode("Relu"),
  LeakyReLU: ({ graph }, module, inputs) =>
    graph.node("LeakyRelu", [onlyInput(module, inputs)], {
      alpha: { float: module.number("negative_slope") },
    }),
  Hardswish: emitNode("HardSwish"),
  Sigmoid: emitNode("Sigmoid"),
};
