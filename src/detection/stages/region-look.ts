import { MaskloomError } from "../../errors.ts";
import { defineProcedure, type Procedure } from "../../onnx/procedure.ts";
import type { Tensors } from "../../onnx/tensor.ts";
import type { Network } from "../network.ts";
import type { RgbPixels } from "../sampling/letterbox.ts";
import type { Region } from "../sampling/region.ts";
import { sampleRegion } from "../sampling/sample-region.ts";

/** A first find and where the second network shall look closer. */
export interface FirstFind {
  readonly region: Region;
  readonly score: number;
  /** See Candidate. */
  readonly onlyInTiles: boolean;
}

/** Values of one output; throws MODEL_UNREADABLE where the network has no such output of that size. */
export type ReadOutput = (name: string, size: number) => Float32Array;

/** What a second network is shown, and by which rule its outputs are read. */
export interface RegionLook<Rule> {
  /** Shown in errors. */
  readonly name: string;
  readonly network: Network;
  readonly picture: RgbPixels;
  readonly find: FirstFind;
  readonly rule: Rule;
}

type ReadRegion<Rule, Result> = (
  output: ReadOutput,
  look: Pick<RegionLook<Rule>, "find" | "rule" | "picture">,
) => Result;

/** As defineProcedure: what `read` makes of a network's outputs for the region around a first find. */
export function defineRegionLook<Rule, Result>(
  module: string,
  exportName: string,
  read: ReadRegion<Rule, Result>,
  moved?: (result: Result) => readonly ArrayBuffer[],
): Procedure<RegionLook<Rule>, Result> {
  const work: Procedure<RegionLook<Rule>, Result>["work"] = async (look, models) => {
    const { name, network, picture, find } = look;
    const outputs = await models.run(network.model, network.input, (into) =>
      sampleRegion(picture, find.region, network.size.width, into),
    );
    return read((output, size) => valuesOf(outputs, output, size, name), look);
  };
  return defineProcedure(module, exportName, work, moved);
}

function valuesOf(outputs: Tensors, output: string, size: number, name: string): Float32Array {
  const tensor = outputs[output];
  if (tensor?.type === "float32" && tensor.data.length === size) return tensor.data;
  const sizes = Object.entries(outputs).map(([other, { data }]) => `${other}: ${data.length}`);
  throw new MaskloomError(
    "MODEL_UNREADABLE",
    `model ${name}: expected an output ${output} of ${size} values, got ${sizes.join(", ")}`,
  );
}
