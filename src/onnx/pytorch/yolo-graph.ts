import type { LayerContext } from "./layers/layer-context.ts";
import type { ModuleRecord } from "./module-record.ts";
import { describeValue, isRecord } from "./pickle/pickle-value.ts";
import { emitYoloHead, readYoloHead, type YoloHead } from "./yolo-head.ts";

const MAX_INPUTS = 64;

/** Emits the whole network: a row of layers, each of which says in `f` which earlier ones it reads. */
export function emitYolo(context: LayerContext, model: ModuleRecord): YoloHead {
  const layers = model.child("model").children();
  const head = layers.pop() ?? model.fail("has no layers");
  const facts = readYoloHead(head);
  const values = [context.graph.input("images", "float32", [1, 3, "height", "width"])];
  for (const layer of layers) values.push(context.emit(layer, ...inputsOf(layer, values)));
  emitYoloHead(context, head, inputsOf(head, values));
  return facts;
}

/**
 * Layers count from 0; a negative number counts back from the layer itself.
 * @param values the picture, then what each layer before this one gives
 */
function inputsOf(layer: ModuleRecord, values: readonly string[]): string[] {
  const from = layer.attribute("f");
  const indices = isRecord(from, "list") || isRecord(from, "tuple") ? from.items : [from];
  if (indices.length > MAX_INPUTS) layer.fail(`reads ${indices.length} layers`);
  return indices.map((index) => {
    if (typeof index !== "number")
      return layer.fail(`reads ${describeValue(index)}, expected numbers of layers`);
    const value = index < 0 ? values.at(index) : values[index + 1];
    return value ?? layer.fail(`reads layer ${index}, which does not come before it`);
  });
}
