import type { LoadedModel } from "./loaded-model.ts";
import type { Tensors } from "./tensor.ts";

/** Which input a network is given; of type float32. */
export interface ModelInput {
  readonly name: string;
  readonly dims: readonly number[];
}

/** The models of one thread, as a procedure sees them. */
export interface ThreadModels {
  /**
   * Runs a network with one input. The input's memory is the thread's, used again and again: `fill` gets it with
   * whatever the last run left in it. So is that of the outputs: they hold until the network runs next.
   */
  run(model: LoadedModel, input: ModelInput, fill: (values: Float32Array) => void): Promise<Tensors>;
}

/** Work that is done whole within one thread: pixels to an input, runs, outputs to a small result. */
export interface Procedure<Args, Result> {
  /** Where a thread finds it: the module's URL, and the name of its export there. */
  readonly module: string;
  readonly name: string;
  /**
   * @param args what the structured clone takes; large things lie in shared memory, which it does not copy
   */
  work(args: Args, models: ThreadModels): Promise<Result>;
  /** Memory of the result that is moved to the caller instead of copied. */
  moved(result: Result): readonly ArrayBuffer[];
}

/**
 * A procedure by where it stands, so that any thread can find it.
 * @param module `import.meta.url` of the file that exports it
 * @param name of the exported constant
 */
export function defineProcedure<Args, Result>(
  module: string,
  name: string,
  work: Procedure<Args, Result>["work"],
  moved: Procedure<Args, Result>["moved"] = () => [],
): Procedure<Args, Result> {
  return { module, name, work, moved };
}

/** Milliseconds of a call within its thread, without waiting for it. */
export interface WorkMs {
  /** Filling the inputs. */
  readonly preprocess: number;
  /** Within the networks. */
  readonly inference: number;
  /** All the rest. */
  readonly postprocess: number;
}
