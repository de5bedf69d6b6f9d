import type { ReportHead } from "../../contracts/report.ts";
import type { ModelLibrary } from "../../detection/weights/model-library.ts";
import { weightsOf } from "../model-weights.ts";

type ReportModel = ReportHead["models"][number];

/** What steps were resolved to, with the weights that this installation has of it. */
export async function reportModels(
  models: Pick<ModelLibrary, "look">,
  resolved: readonly Omit<ReportModel, "weights">[],
): Promise<ReportModel[]> {
  const shelf = await models.look();
  return resolved.map((one) => {
    const weights = weightsOf(shelf, one);
    return weights.length === 0 ? one : { ...one, weights: [...weights] };
  });
}
