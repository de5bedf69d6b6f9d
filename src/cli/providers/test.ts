import process from "node:process";
import { readConfig } from "../../config/config.ts";
import { MaskloomError, toErrorRecord } from "../../errors.ts";
import type { RemoteProvider } from "../../inpainting/providers/provider-instance.ts";
import { suggestion } from "../../nearest-name.ts";
import { howToConfigure } from "../../provider-remedy.ts";
import { openModelSources } from "../../runs/model-sources.ts";
import { EXIT } from "../exit-codes.ts";
import { printJson, printLine, sayError } from "../terminal.ts";

const PATIENCE_MS = 30_000;
const MODELS_SHOWN = 8;

/** @throws INPUT_INVALID for a name that no provider has */
export async function testProviders(
  names: readonly string[],
  { json }: { readonly json?: true },
): Promise<void> {
  const sources = openModelSources(readConfig());
  try {
    const all = sources.providers.all;
    const chosen = names.length === 0 ? all : names.flatMap((name) => named(all, name));
    if (chosen.length === 0 && !json)
      printLine("no provider is configured: everything is done on this machine");
    const results = await Promise.all(chosen.map((provider) => testOne(provider, json === true)));
    if (json) printJson(results);
    process.exitCode = results.every(({ error }) => error === null) ? EXIT.good : EXIT.failed;
  } finally {
    await sources.close();
  }
}

function named(all: readonly RemoteProvider[], name: string): readonly RemoteProvider[] {
  const found = all.filter(({ id, kind, settings }) => [id, kind, settings.group].includes(name));
  if (found.length > 0) return found;
  const known = all.map(({ id }) => id);
  throw new MaskloomError(
    "INPUT_INVALID",
    `provider ${name}: expected one that is configured (${known.join(", ") || "there is none"}).${suggestion(name, known) || howToConfigure(name)}`,
  );
}

async function testOne(provider: RemoteProvider, quiet: boolean) {
  const { id, kind, settings } = provider;
  const facts = { id, kind, url: settings.url };
  try {
    const health = await provider.test(AbortSignal.timeout(PATIENCE_MS));
    if (!quiet)
      printLine(`${id}: good, ${health.milliseconds} ms; ${health.says}${modelsWord(health.models)}`);
    return { ...facts, ...health, error: null };
  } catch (error) {
    if (!quiet) sayError(error);
    return { ...facts, error: toErrorRecord(error) };
  }
}

function modelsWord(models: readonly string[]): string {
  if (models.length === 0) return "";
  const more = models.length > MODELS_SHOWN ? `, and ${models.length - MODELS_SHOWN} more` : "";
  return `; models ${models.slice(0, MODELS_SHOWN).join(", ")}${more}`;
}
