import { MaskloomError } from "../errors.ts";

/** The one error of both importers: a model file that is broken or holds what we cannot convert. */
export function unreadableModel(model: string, fact: string, options?: ErrorOptions): MaskloomError {
  return new MaskloomError("MODEL_UNREADABLE", `model ${model}: ${fact}`, options);
}
