import type { ModelRefusal } from "../engine/language/unknown-models.ts";
import { MaskloomError } from "../errors.ts";
import { openCatalogue } from "./catalogue.ts";
import type { ModelSources } from "./model-sources.ts";

/** Why models cannot be had here, as it is at this moment, for whoever reads a workflow that need not be right. */
export async function readModelRefusals(models: ModelSources): Promise<ModelRefusal> {
  const catalogue = await openCatalogue(models);
  return (kind, name) => {
    try {
      catalogue[kind](name);
      return null;
    } catch (error) {
      if (error instanceof MaskloomError && /^(MODEL|PROVIDER)_/.test(error.code)) return error.message;
      throw error;
    }
  };
}
