import type { ProviderSettings } from "../../../config/provider-settings.ts";
import type { InpainterManifest } from "../../../contracts/manifest.ts";
import { DEFAULT_MODEL } from "../checkpoints.ts";
import { comfyManifest, isCalled, stemOf } from "./comfyui-models.ts";
import { choicesOf } from "./comfyui-wire.ts";
import type { NodeCatalogue } from "./node-catalogue.ts";
import { FLUX_FILL, offersFluxFill } from "./shipped-templates.ts";
import type { Template } from "./template.ts";

/** What a ComfyUI can be asked for by name: its checkpoints, and those templates that bring their own. */
export interface ModelShelf {
  findInpainter(name: string): InpainterManifest | null;
  /** The template that is a model by itself. */
  own(name: string): Template | undefined;
  /** Templates whose models are there, as far as is known. */
  offered(): readonly Template[];
  /** What it told of, by name. */
  told(): readonly string[];
  /** All names, also those that the configuration has. */
  names(): readonly string[];
  /** Asks it what it has. */
  refresh(signal: AbortSignal): Promise<void>;
}

/** @param configured names of templates that are the user's own */
export function createModelShelf(
  settings: ProviderSettings,
  templates: ReadonlyMap<string, Template>,
  configured: ReadonlySet<string>,
  catalogue: NodeCatalogue,
): ModelShelf {
  const listed = settings.models.map(({ model }) => model);
  let checkpoints: readonly string[] = [];
  let hasFluxFill = false;
  /** What comes with us without its weights is there where they are. */
  const isOffered = (name: string): boolean =>
    name !== FLUX_FILL || hasFluxFill || configured.has(name) || listed.includes(name);
  const own = (name: string): Template | undefined => {
    const found = templates.get(name);
    return found === undefined || found.names.has("checkpoint") ? undefined : found;
  };
  const offered = () => [...templates.values()].filter(({ name }) => isOffered(name));
  const brought = () => offered().flatMap(({ name }) => (own(name) === undefined ? [] : [name]));
  return {
    own,
    offered,
    findInpainter(name) {
      const first = listed[0] ?? checkpoints[0] ?? (hasFluxFill ? FLUX_FILL : name);
      const wanted = name === DEFAULT_MODEL ? first : name;
      const template = own(wanted);
      if (template !== undefined && isOffered(wanted))
        return comfyManifest(template.name, settings, [template]);
      const checkpoint = [...checkpoints, ...listed].find((one) => isCalled(one, wanted));
      return checkpoint === undefined ? null : comfyManifest(checkpoint, settings, [...templates.values()]);
    },
    told: () => [...checkpoints, ...brought()],
    names: () => [...brought(), ...listed, ...checkpoints],
    async refresh(signal) {
      catalogue.forget();
      const choices = async (type: string, input: string): Promise<readonly string[]> =>
        choicesOf((await catalogue.find(type, signal))?.inputs[input]) ?? [];
      const [files, unets] = await Promise.all([
        choices("CheckpointLoaderSimple", "ckpt_name"),
        choices("UNETLoader", "unet_name"),
      ]);
      checkpoints = files;
      hasFluxFill = offersFluxFill(unets.map(stemOf));
    },
  };
}
