import { sourcesOf } from "../../../models/networks.ts";
import {
  detectorManifests,
  findDetector,
  findInpainter,
  findModel,
  inpainterManifests,
  namesOf,
  shippedDetector,
  shippedInpainter,
} from "../../../models/registry.ts";
import type { DetectorManifest, InpainterManifest, ModelSource } from "../../contracts/manifest.ts";
import { MaskloomError } from "../../errors.ts";
import { readAddedModels } from "./added-models.ts";
import { isStored, modelFolder } from "./model-folder.ts";
import { createWeightFiles, type FileState } from "./weight-files.ts";

type ModelState = FileState["state"];

export type ModelManifest = DetectorManifest | InpainterManifest;

/** A model that this installation knows, whether or not it can run now. */
export interface KnownModel<Manifest extends ModelManifest = DetectorManifest> {
  readonly manifest: Manifest;
  /** Shipped with this version, or added by the user. */
  readonly origin: "shipped" | "added";
  readonly state: ModelState;
  /** What is wrong; null where nothing is. */
  readonly fact: string | null;
}

/** What is there at one moment; asking it touches no disk. */
export interface ModelShelf {
  /** The detectors. */
  readonly models: readonly KnownModel[];
  readonly inpainters: readonly KnownModel<InpainterManifest>[];
  /** Models that were added and whose manifests cannot be read. */
  readonly broken: readonly { readonly id: string; readonly fact: string }[];
  /** Whether a model is called so. */
  isName(name: string): boolean;
  /** By id, AIR or slug. Throws MODEL_UNKNOWN. */
  find(name: string): KnownModel;
  /** As `find`, and throws MODEL_UNAVAILABLE with the command that brings the weights where they are not here. */
  findReady(name: string): DetectorManifest;
  /** As `findReady`, of the inpainters of this machine. */
  findReadyInpainter(name: string): InpainterManifest;
  /** A model of either kind. Throws MODEL_UNKNOWN. */
  findAny(name: string): KnownModel<ModelManifest>;
}

export interface ModelLibrary {
  /** Where models are kept; null where only what npm packages carry is to be had. */
  readonly folder: string | null;
  /** With states by existence and size of the files; by their digests where `thorough`. */
  look(thorough?: boolean): Promise<ModelShelf>;
  findReady(name: string): Promise<DetectorManifest>;
  findReadyInpainter(name: string): Promise<InpainterManifest>;
  /** The checked bytes. Throws MODEL_UNAVAILABLE where the file is absent, MODEL_UNREADABLE where it is damaged. */
  readWeights(source: ModelSource): Promise<Uint8Array>;
}

/**
 * The models of this version and those of a models folder. Nothing is remembered between two looks: what another
 * process pulls, adds or removes is seen by the next one.
 */
export function createModelLibrary(root: string | null): ModelLibrary {
  const folder = root === null ? null : modelFolder(root);
  const files = createWeightFiles(folder);
  const look = async (thorough = false) => {
    const added = folder === null ? NONE_ADDED : await readAddedModels(folder.added);
    const stateOf = thorough ? files.check : files.glance;
    const know = <M extends ModelManifest>(manifests: readonly M[], origin: KnownModel["origin"]) =>
      manifests.map(
        async (manifest): Promise<KnownModel<M>> => ({
          manifest,
          origin,
          ...(await worstOf(sourcesOf(manifest), stateOf)),
        }),
      );
    return createShelf(
      await Promise.all([...know(detectorManifests, "shipped"), ...know(added.manifests, "added")]),
      await Promise.all([...know(inpainterManifests, "shipped"), ...know(added.inpainters, "added")]),
      added.broken,
    );
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
    async findReadyInpainter(name) {
      const manifest = shippedInpainter(name);
      if (manifest === undefined) return (await look()).findReadyInpainter(name);
      const state = await worstOf(sourcesOf(manifest), files.glance);
      return readyOrThrow({ manifest, origin: "shipped", ...state });
    },
    readWeights: files.read,
  };
}

const NONE_ADDED = { manifests: [], inpainters: [], broken: [] } as const;

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

function createShelf(
  models: ModelShelf["models"],
  inpainters: ModelShelf["inpainters"],
  broken: ModelShelf["broken"],
): ModelShelf {
  const detecting = models.map(({ manifest }) => manifest);
  const painting = inpainters.map(({ manifest }) => manifest);
  const find = (name: string) => pick(models, (manifests) => findDetector(name, manifests, painting));
  const findPainter = (name: string) =>
    pick(inpainters, (manifests) => findInpainter(name, manifests, detecting));
  const all: readonly KnownModel<ModelManifest>[] = [...models, ...inpainters];
  return {
    models,
    inpainters,
    broken,
    isName: (name) => {
      const names = all.flatMap(({ manifest }) => namesOf(manifest));
      return names.some((known) => known.toLowerCase() === name.toLowerCase());
    },
    find,
    findReady: (name) => readyOrThrow(find(name)),
    findReadyInpainter: (name) => readyOrThrow(findPainter(name)),
    findAny: (name) => pick(all, (manifests) => findModel(name, manifests)),
  };
}

/** The one of them whose manifest is chosen. */
function pick<Manifest extends ModelManifest>(
  known: readonly KnownModel<Manifest>[],
  choose: (manifests: readonly Manifest[]) => Manifest,
): KnownModel<Manifest> {
  const manifest = choose(known.map((model) => model.manifest));
  const found = known.find((model) => model.manifest === manifest);
  if (found !== undefined) return found;
  throw new MaskloomError("INTERNAL", `model ${manifest.id} was found and is not on the shelf`);
}

function readyOrThrow<Manifest extends ModelManifest>(model: KnownModel<Manifest>): Manifest {
  if (model.state === "ready") return model.manifest;
  throw notReady(model);
}

function notReady({ manifest, origin, state, fact }: KnownModel<ModelManifest>): MaskloomError {
  const { id } = manifest;
  const air = manifest.kind === "detector" ? manifest.air : undefined;
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
