import type { Config } from "../config/config.ts";
import { createModelLibrary, type ModelLibrary } from "../detection/weights/model-library.ts";
import {
  openRemoteProviders,
  type ProviderTools,
  type RemoteProviders,
} from "../inpainting/providers/remote-providers.ts";
import { createOutsideClient } from "./outside/outside-client.ts";

/** Everything that a workflow's `model` may name: models of this machine, and those of providers elsewhere. */
export interface ModelSources extends ModelLibrary {
  /** Without it, nothing elsewhere is to be had. */
  readonly providers?: RemoteProviders;
}

interface OpenModelSources extends ModelSources {
  readonly providers: RemoteProviders;
  close(): Promise<void>;
}

/**
 * Opened without a word to anybody: a provider is connected to when it is needed.
 * @throws INPUT_INVALID for providers that are configured as they cannot be
 */
export function openModelSources(
  { models, providers, pictures }: Config,
  uploads?: ProviderTools["uploads"],
): OpenModelSources {
  /* What a provider's answers lead to is checked like what callers give, but for the provider itself. */
  const own = providers.map(({ url }) => new URL(url).host);
  const outside = createOutsideClient({ ...pictures, allowedTargets: [...pictures.allowedTargets, ...own] });
  const remote = openRemoteProviders(providers, {
    download: outside.download,
    ...(uploads === undefined ? {} : { uploads }),
  });
  return {
    ...createModelLibrary(models.folder),
    providers: remote,
    async close() {
      await remote.close();
      await outside.close();
    },
  };
}
