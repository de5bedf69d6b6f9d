import type { z } from "zod";
import { parseAs } from "../../errors.ts";
import { unreadableModel } from "../unreadable-model.ts";
import type { GraphBuilder } from "../writer/graph-builder.ts";
import type { Layer, LayersModel, Weight } from "./layers-model.ts";

/** A picture on its way through the network. */
export interface LayerValue {
  /** Name in the ONNX graph (NCHW). */
  readonly name: string;
  readonly channels: number;
  /** How many times larger than the network's input it is. */
  readonly scale: number;
  /** Distance, in pixels of the network's input, at which the input can still change a pixel of it. */
  readonly radius: number;
}

/** What the emitter of one layer may ask for. */
export class LayerContext {
  readonly graph: GraphBuilder;
  readonly layer: Layer;
  readonly position: number;
  readonly inputs: readonly LayerValue[];
  readonly #model: LayersModel;

  constructor(
    graph: GraphBuilder,
    model: LayersModel,
    position: number,
    layer: Layer,
    inputs: readonly LayerValue[],
  ) {
    this.graph = graph;
    this.#model = model;
    this.position = position;
    this.layer = layer;
    this.inputs = inputs;
  }

  fail(fact: string): never {
    const { class_name, name } = this.layer;
    throw unreadableModel(this.#model.name, `${class_name} "${name}" at position ${this.position}: ${fact}`);
  }

  config<S extends z.ZodType>(schema: S): z.output<S> {
    const where = `model ${this.#model.name}: ${this.layer.class_name} "${this.layer.name}"`;
    return parseAs(schema, this.layer.config, where, "MODEL_UNREADABLE");
  }

  only(): LayerValue {
    const [value, ...others] = this.inputs;
    if (value === undefined || others.length > 0) this.fail(`expected one input, got ${this.inputs.length}`);
    return value;
  }

  weight(suffix: string, shape: readonly number[]): Weight {
    const weight = this.#model.weights.get(`${this.layer.name}/${suffix}`);
    if (weight === undefined) return this.fail(`its weight "${suffix}" is missing`);
    if (weight.shape.join() !== shape.join()) {
      this.fail(`expected its weight "${suffix}" to be [${shape}], got [${weight.shape}]`);
    }
    return weight;
  }
}
