import type { ProviderSettings } from "../../../config/provider-settings.ts";
import type { InpainterManifest } from "../../../contracts/manifest.ts";
import { parseAs } from "../../../errors.ts";
import { DEFAULT_MODEL } from "../checkpoints.ts";
import type { RemoteProvider } from "../provider-instance.ts";
import { shortSeed } from "../short-seed.ts";
import { createA1111Client } from "./a1111-client.ts";
import { checkExtras } from "./a1111-extras.ts";
import { createA1111Inpainter } from "./a1111-inpainter.ts";
import { checkpointManifest, findCheckpoint } from "./a1111-models.ts";
import { A1111Defaults, readSettings } from "./a1111-request.ts";
import type { Checkpoint } from "./a1111-wire.ts";

interface Known {
  readonly checkpoints: readonly Checkpoint[];
  /** Title of what is loaded. */
  readonly loaded: string | null;
}

/** Raised by hand when the same step is asked for otherwise, so that what was made before does not count as done. */
const REQUEST_VERSION = 2;

/** A1111, Forge or SD.Next, started with --api. Its models are its checkpoints. */
export function createA1111Provider(settings: ProviderSettings): RemoteProvider {
  const { id, models } = settings;
  const defaults = parseAs(A1111Defaults, settings.options, `configuration: providers: ${id}: options`);
  const client = createA1111Client(settings);
  let known: Known = { checkpoints: [], loaded: null };
  const refresh = async (signal: AbortSignal): Promise<void> => {
    const [checkpoints, loaded] = await Promise.all([client.checkpoints(signal), client.loaded(signal)]);
    known = { checkpoints, loaded };
    client.catalogue.forget();
  };
  const titleOf = (name: string): string | undefined => {
    const wanted = name === DEFAULT_MODEL ? (models[0]?.model ?? known.loaded ?? undefined) : name;
    if (wanted === undefined) return undefined;
    const configured = models.find(({ model }) => model.toLowerCase() === wanted.toLowerCase());
    return findCheckpoint(wanted, known.checkpoints)?.title ?? configured?.model;
  };
  const findCheckpointTitle = (name: string) => findCheckpoint(name, known.checkpoints)?.title;
  const runtime = { settings, client, defaults, findCheckpoint: findCheckpointTitle };
  const findInpainter = (name: string): InpainterManifest | null => {
    const title = titleOf(name);
    return title === undefined ? null : checkpointManifest(title, settings);
  };
  return {
    id,
    kind: "a1111",
    settings,
    takes: [],
    recipe: JSON.stringify([REQUEST_VERSION, ...Object.entries(defaults).sort()]),
    get manifests() {
      const names = [...models.map(({ model }) => model), ...known.checkpoints.map(({ title }) => title)];
      const all = names.flatMap((name) => findInpainter(name) ?? []);
      return [...new Map(all.map((manifest) => [manifest.id, manifest])).values()];
    },
    findInpainter,
    checkParameters(_, parameters) {
      readSettings(parameters.settings);
      checkExtras(parameters);
      return parameters.seed === undefined ? [] : shortSeed(parameters.seed, `provider ${id}`).warnings;
    },
    createInpainter: (manifest) => createA1111Inpainter(manifest, runtime),
    refresh,
    async test(signal) {
      const start = performance.now();
      await refresh(signal);
      const samplers = (await client.catalogue.list("samplers", signal)) ?? [];
      const { checkpoints, loaded } = known;
      return {
        milliseconds: performance.now() - start,
        says: `${checkpoints.length} checkpoints, ${samplers.length} samplers; loaded is ${loaded ?? "none"}`,
        models: checkpoints.map(({ title }) => title),
      };
    },
    close: () => client.close(),
  };
}
