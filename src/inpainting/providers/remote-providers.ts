import { setTimeout as wait } from "node:timers/promises";
import type { ProviderSettings } from "../../config/provider-settings.ts";
import type { RemoteKind } from "../../contracts/provider.ts";
import { toErrorRecord } from "../../errors.ts";
import { createA1111Provider } from "./a1111/a1111-provider.ts";
import { createComfyProvider } from "./comfyui/comfyui-provider.ts";
import { openGroups } from "./provider-group.ts";
import type { RemoteProvider } from "./provider-instance.ts";
import type { Download } from "./runware/answer-picture.ts";
import { createRunwareProvider, type UploadMemories } from "./runware/runware-provider.ts";

/** What providers get from outside. */
export interface ProviderTools {
  /** For results that come as addresses. */
  readonly download: Download;
  /** Without it, uploads are forgotten with the process. */
  readonly uploads?: UploadMemories;
}

type Factory = (settings: ProviderSettings, tools: ProviderTools) => RemoteProvider;

/** One row for each kind; each is a folder beside this file. */
const FACTORIES: Readonly<Record<RemoteKind, Factory>> = {
  a1111: createA1111Provider,
  comfyui: createComfyProvider,
  runware: createRunwareProvider,
};

/** How long what a provider said of its models is believed without asking again. */
const FRESH_MS = 5_000;
/** A provider that hangs must not hold up workflows that do not name it. */
const REFRESH_MS = 4_000;
/** Nor every request of a server, each time that its models are to be known anew. */
const PATIENCE_MS = 300;

/** The configured providers of this process, opened once; none of them is asked anything before it is needed. */
export interface RemoteProviders {
  readonly all: readonly RemoteProvider[];
  /** Several of a kind under one name, each as one provider. */
  readonly groups: readonly RemoteProvider[];
  /** By id, or by the name of a group; else the first of a kind. */
  find(name: string): RemoteProvider | undefined;
  /** Asks those that tell of their models, where that was long ago. @returns why those did not answer that did not, by id */
  refresh(): Promise<ReadonlyMap<string, string>>;
  close(): Promise<void>;
}

/** @throws INPUT_INVALID for options that its kind does not have */
export function openRemoteProviders(
  settings: readonly ProviderSettings[],
  tools: ProviderTools,
): RemoteProviders {
  const all = settings.map((one) => FACTORIES[one.kind](one, tools));
  const groups = openGroups(all);
  const refresh = createRefresh(() => refreshAll(all));
  return {
    all,
    groups,
    find: (name) =>
      [...all, ...groups].find(({ id }) => id === name) ?? all.find(({ kind }) => kind === name),
    refresh,
    async close() {
      await Promise.all(all.map((provider) => provider.close()));
    },
  };
}

/** The first time whoever asks waits for the answer; later, where it is long in coming, they get what was known before. */
function createRefresh<Known>(ask: () => Promise<Known>): () => Promise<Known> {
  let asked: { readonly at: number; readonly done: Promise<Known> } | undefined;
  let known: { readonly value: Known } | undefined;
  return async () => {
    if (asked === undefined || performance.now() - asked.at > FRESH_MS) {
      const done = ask().then((value) => {
        known = { value };
        return value;
      });
      asked = { at: performance.now(), done };
    }
    if (known === undefined) return asked.done;
    const before = known.value;
    return Promise.race([asked.done, wait(PATIENCE_MS, before, { ref: false })]);
  };
}

async function refreshAll(all: readonly RemoteProvider[]): Promise<ReadonlyMap<string, string>> {
  const silent = new Map<string, string>();
  await Promise.all(
    all.map(async (provider) => {
      const signal = AbortSignal.timeout(REFRESH_MS);
      try {
        await provider.refresh?.(signal);
      } catch (error) {
        const late = `provider ${provider.id}: no answer within ${REFRESH_MS / 1000} s`;
        silent.set(provider.id, signal.aborted ? late : toErrorRecord(error).message);
      }
    }),
  );
  return silent;
}
