import { inpainterManifests } from "../../../models/registry.ts";
import { createModelLibrary, type ModelShelf } from "../../detection/weights/model-library.ts";
import { readWeightFile } from "../../onnx/weight-file.ts";
import { type Check, fail, ok } from "./check.ts";

export const models: Check = {
  name: "Models",
  async run(config) {
    const shelf = await createModelLibrary(config.models.folder).look(true);
    const faults = [...faultsOf(shelf), ...(await inpainterFaults())];
    if (faults.length > 0) {
      const fix =
        "maskloom models verify says more; npm ci brings packages again, maskloom models pull and remove the others";
      return fail(faults.join("; "), fix);
    }
    const ready = shelf.models.filter((model) => model.state === "ready").length;
    const absent = shelf.models
      .filter((model) => model.state === "absent")
      .map(({ manifest }) => manifest.id);
    const more = absent.length === 0 ? "" : `; maskloom models pull brings ${absent.join(", ")}`;
    return ok(
      `${ready} detectors and ${inpainterManifests.length} inpainters have the bytes that are pinned${more}`,
    );
  },
};

function faultsOf({ models: known, broken }: ModelShelf): string[] {
  const damaged = known.filter(({ state }) => state === "damaged");
  return [
    ...damaged.map(({ manifest, fact }) => `${manifest.id}: ${fact}`),
    ...broken.map(({ id, fact }) => `${id}: ${fact}`),
  ];
}

async function inpainterFaults(): Promise<string[]> {
  const faults: string[] = [];
  for (const source of inpainterManifests.flatMap((manifest) => manifest.sources)) {
    try {
      await readWeightFile(source);
    } catch (error) {
      faults.push(error instanceof Error ? error.message : String(error));
    }
  }
  return faults;
}
