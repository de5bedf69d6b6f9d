import {
  createModelLibrary,
  type KnownModel,
  type ModelManifest,
  type ModelShelf,
} from "../../detection/weights/model-library.ts";
import { type Check, fail, ok } from "./check.ts";

export const models: Check = {
  name: "Models",
  async run(config) {
    const shelf = await createModelLibrary(config.models.folder).look(true);
    const faults = faultsOf(shelf);
    if (faults.length > 0) {
      const fix =
        "maskloom models verify says more; npm ci brings packages again, maskloom models pull and remove the others";
      return fail(faults.join("; "), fix);
    }
    const all: readonly KnownModel<ModelManifest>[] = [...shelf.models, ...shelf.inpainters];
    const absent = all.filter(({ state }) => state === "absent").map(({ manifest }) => manifest.id);
    const more = absent.length === 0 ? "" : `; maskloom models pull brings ${absent.join(", ")}`;
    return ok(
      `${countReady(shelf.models)} detectors and ${countReady(shelf.inpainters)} inpainters have the bytes that are pinned${more}`,
    );
  },
};

const countReady = (known: readonly KnownModel<ModelManifest>[]): number =>
  known.filter(({ state }) => state === "ready").length;

function faultsOf({ models: known, inpainters, broken }: ModelShelf): string[] {
  const damaged = [...known, ...inpainters].filter(({ state }) => state === "damaged");
  return [
    ...damaged.map(({ manifest, fact }) => `${manifest.id}: ${fact}`),
    ...broken.map(({ id, fact }) => `${id}: ${fact}`),
  ];
}
