import type { GraphBuilder } from "../../writer/graph-builder.ts";
import type { ModuleRecord } from "../module-record.ts";

/** Turns one module into nodes; gives the name of its output. */
export type EmitLayer = (context: LayerContext, module: ModuleRecord, inputs: readonly string[]) => string;

/** What the emitters share. */
export interface LayerContext {
  readonly graph: GraphBuilder;
  /** Emits a module by the row of its type. Throws MODEL_UNREADABLE where there is none. */
  emit(module: ModuleRecord, ...inputs: readonly string[]): string;
}

/** Modules within modules; a module that contains itself would go on for ever. */
const MAX_DEPTH = 24;
/** Modules that occur in one another manifold make a small file a large graph; YOLOv8x has some 400. */
const MAX_MODULES = 5_000;

export function createLayerContext(
  graph: GraphBuilder,
  layers: Readonly<Record<string, EmitLayer>>,
): LayerContext {
  let depth = 0;
  let modules = 0;
  const context: LayerContext = {
    graph,
    emit(module, ...inputs) {
      const row = Object.hasOwn(layers, module.type) ? layers[module.type] : undefined;
      if (row === undefined) {
        return module.fail(
          `this kind of layer cannot be converted; export the model to ONNX with what made it. Known are ${Object.keys(layers).join(", ")}`,
        );
      }
      depth++;
      modules++;
      if (depth > MAX_DEPTH || modules > MAX_MODULES) module.fail("modules contain one another without end");
      const output = row(context, module, inputs);
      depth--;
      return output;
    },
  };
  return context;
}

/** The one input of a layer that takes one. */
export function onlyInput(module: ModuleRecord, inputs: readonly string[]): string {
  const [input, ...others] = inputs;
  if (input === undefined || others.length > 0) module.fail(`expected one input, got ${inputs.length}`);
  return input;
}
