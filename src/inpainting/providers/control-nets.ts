import { z } from "zod";
import type { GenerationParameters } from "../../contracts/tasks.ts";
import { MaskloomError, parseAs } from "../../errors.ts";

const Percentage = z.number().min(0).max(100).optional();
const Step = z.int().min(0).max(200).optional();

/** An entry of the API's `controlNet`, with the preprocessor that others have and it has not. */
const ControlNet = z.strictObject({
  model: z.string().min(1),
  preprocessor: z.string().min(1).optional(),
  weight: z.number().min(0).max(2).optional(),
  startStep: Step,
  startStepPercentage: Percentage,
  endStep: Step,
  endStepPercentage: Percentage,
  controlMode: z.enum(["balanced", "prompt", "controlnet"]).optional(),
});

/** What guides one picture, by the crop that is repainted. Shares are 0 to 1 of the steps. */
export interface ControlUnit {
  readonly model: string;
  readonly preprocessor?: string | undefined;
  readonly weight?: number | undefined;
  readonly start?: number | undefined;
  readonly end?: number | undefined;
  readonly mode?: "balanced" | "prompt" | "controlnet" | undefined;
}

/** @throws INPUT_INVALID for a guide image: providers that get crops are guided by the crop; and for fields that do not fit */
export function controlUnits({ controlNet = [], steps }: GenerationParameters): readonly ControlUnit[] {
  return controlNet.map((entry, at) => {
    const where = `controlNet[${at}]`;
    if (entry["guideImage"] !== undefined) {
      throw new MaskloomError(
        "INPUT_INVALID",
        `${where}: guideImage: here a ControlNet is guided by the crop that is repainted; leave guideImage out, and name a preprocessor where the model needs one`,
      );
    }
    const { model, preprocessor, weight, controlMode, ...range } = parseAs(ControlNet, entry, where);
    return {
      model,
      preprocessor,
      weight,
      mode: controlMode,
      start: shareOf(range.startStep, range.startStepPercentage, steps, `${where}: startStep`),
      end: shareOf(range.endStep, range.endStepPercentage, steps, `${where}: endStep`),
    };
  });
}

/** @param percentage of the steps, which counts before the number of a step */
export function shareOf(
  step: number | undefined,
  percentage: number | undefined,
  steps: number | undefined,
  where: string,
): number | undefined {
  if (percentage !== undefined) return percentage / 100;
  if (step === undefined) return undefined;
  if (steps !== undefined) return Math.min(1, step / steps);
  throw new MaskloomError(
    "INPUT_INVALID",
    `${where}: expected steps beside it, or ${where}Percentage instead`,
  );
}
