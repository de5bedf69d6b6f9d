import { sourcesOf } from "../../../models/networks.ts";
import { detectorManifests, findDetector, namesOf, shippedDetector } from "../../../models/registry.ts";
import type { DetectorManifest, ModelSource } from "../../contracts/manifest.ts";
import { MaskloomError } from "../../errors.ts";
import { readAddedModels } from "./added-models.ts";
import { isStored, modelFolder } from "./model-folder.ts";
import { createWeightFiles, type FileState } from "./weight-files.ts";

type ModelState = FileState["state"];

/** A detector that this installation knows, whether or not it can run now. */
export interface KnownModel {
  readonly manifest: DetectorManifest;
  /** Shipped with this version, or added by the user. */
  readonly origin: "shipped" | "added";
  readonly state: ModelState;
  /** What is wrong; null where nothing is. */
  readonly fact: string | null;
}

/** What is there at one moment; asking it touches no disk. */
export interface ModelShelf {
  readonly models: readonly KnownModel[];
  /** Models that were added and whose manifests cannot be read. */
  readonly broken: readonly { readonly id: string; readonly fact: string }[];
  /** Whether a model is called so. */
  isName(name: string): boolean;
  /** By id, AIR or slug. Throws MODEL_UNKNOWN. */
  find(name: string): KnownModel;
  /** As `find`, and throws MODEL_UNAVAILABLE with the command that brings the weights where they are not here. */
  findReady(name: string): DetectorManifest;
}

export interface ModelLibrary {
  /** Where models are kept; null where only what npm packages carry is to be had. */
  readonly folder: string | null;
  /** With states by existence and size of the files; by their digests where `thorough`. */
  look(thorough?: boolean): Promise<ModelShelf>;
  findReady(name: string): Promise<DetectorManifest>;
  /** The checked bytes. Throws MODEL_UNAVAILABLE where the file is absent, MODEL_UNREADABLE where it is damaged. */
  readWeights(source: ModelSource): Promise<Uint8Array>;
}

/**
 * The detectors of this version and those of a models folder. Nothing is remembered between two looks: what another
 * process pulls, adds or removes is seen by the next one.
 */
export function createModelLibrary(root: string | null): ModelLibrary {
  const folder = root === null ? null : modelFolder(root);
  const files = createWeightFiles(folder);
  const look = async (thorough = false) => {
    const added = folder === null ? { manifests: [], broken: [] } : await readAddedModels(folder.added);
    const all = [
      ...detectorManifests.map((manifest) => ({ manifest, origin: "shipped" }) as const),
      ...added.manifests.map((manifest) => ({ manifest, origin: "added" }) as const),
    ];
    const stateOf = thorough ? files.check : files.glance;
    const models = await Promise.all(
      all.map(async (model) => ({ ...model, ...(await worstOf(sourcesOf(model.manifest), stateOf)) })),
    );
    return createShelf(models, added.broken);
  };
  return {
    folder: root,
    look,
    async findReady(name) {
      // Asked for every task: the other models' files are none of its business.
      const manifest = shippedDetector(name);
      if (manifest === undefined) return (await look()).findReady(name);
      const state = await worstOf(sourcesOf(manifest), files.glance);
      return readyOrThrow({ manifest, origin: "shipped", ...state });
    },
    readWeights: files.read,
  };
}

/** The models that need nothing but their npm packages. */
export const packagedModels: ModelLibrary = createModelLibrary(null);

async function worstOf(
  sources: readonly ModelSource[],
  stateOf: (source: ModelSource) => Promise<FileState>,
): Promise<Pick<KnownModel, "state" | "fact">> {
  for (const source of sources) {
    const found = await stateOf(source);
    if (found.state !== "ready") return found;
  }
  return { state: "ready", fact: null };
}

function createShelf(models: readonly KnownModel[], broken: ModelShelf["broken"]): ModelShelf {
  const find = (name: string): KnownModel => {
    const manifest = findDetector(
      name,
      models.map((model) => model.manifest),
    );
    const found = models.find((model) => model.manifest === manifest);
    if (found !== undefined) return found;
    throw new MaskloomError("INTERNAL", `model ${manifest.id} was found and is not on the shelf`);
  };
  return {
    models,
    broken,
    isName: (name) => {
      const all = models.flatMap((model) => namesOf(model.manifest));
      return all.some((known) => known.toLowerCase() === name.toLowerCase());
    },
    find,
    findReady: (name) => readyOrThrow(find(name)),
  };
}

function readyOrThrow(model: KnownModel): DetectorManifest {
  if (model.state === "ready") return model.manifest;
  throw notReady(model);
}

function notReady({ manifest, origin, state, fact }: KnownModel): MaskloomError {
  const { id, air } = manifest;
  const names = air === undefined ? id : `${id} (${air})`;
  if (state === "absent") {
    return new MaskloomError(
      "MODEL_UNAVAILABLE",
      `model ${names} is known, but its weights are not on this machine; bring them with: maskloom models pull ${id}`,
    );
  }
  const pulled = sourcesOf(manifest).some((source) => isStored(source) && "url" in source);
  const remedies = [
    ...(pulled ? [`; pull it again with: maskloom models pull ${id}`] : []),
    ...(origin === "added" ? [`; take it away with: maskloom models remove ${id}, and add it again`] : []),
  ];
  return new MaskloomError("MODEL_UNAVAILABLE", `model ${names} is ${state}: ${fact}${remedies.join("")}`);
}
