import { readConfig } from "../../config/config.ts";
import type { ProviderSettings } from "../../config/provider-settings.ts";
import { openModelSources } from "../../runs/model-sources.ts";
import { formatTable, printJson, printLine } from "../terminal.ts";
import { costWord } from "./cost-word.ts";

/**
 * Keys are never shown: only which variable holds them, and whether it does.
 * @throws INPUT_INVALID for what no worker could open, such as options that a kind does not have
 */
export async function listProviders({ json }: { readonly json?: true }): Promise<void> {
  const config = readConfig();
  const { providers } = config;
  await openModelSources(config).close();
  if (json) return printJson(providers.map(describe));
  const hasGroups = providers.some(({ group }) => group !== undefined);
  const rows = providers.map((settings) => [
    settings.id,
    ...(hasGroups ? [groupWord(settings)] : []),
    settings.kind,
    settings.url,
    keyWord(settings),
    `${settings.concurrency}${settings.requestsPerSecond === undefined ? "" : `, ${settings.requestsPerSecond}/s`}`,
    costWord(settings),
    capsWord(settings),
  ]);
  const local = ["local", ...(hasGroups ? [""] : []), "local", "this machine", "none", "", "free", ""];
  const head = [
    "id",
    ...(hasGroups ? ["group"] : []),
    "kind",
    "address",
    "key",
    "at once",
    "price",
    "limits (USD)",
  ];
  printLine(formatTable([head, local, ...rows]));
}

function describe(settings: ProviderSettings) {
  const { prices, key, ...rest } = settings;
  return { ...rest, hasKey: key !== undefined, prices: Object.fromEntries(prices) };
}

function groupWord({ group, spillMs }: ProviderSettings): string {
  return `${group ?? ""}${spillMs === undefined ? "" : `, queueWait > ${spillMs / 1000}s`}`;
}

function keyWord({ key, keyFrom }: ProviderSettings): string {
  if (keyFrom === undefined) return "none";
  return key === undefined ? `${keyFrom} is not set` : keyFrom;
}

function capsWord({ maxCost }: ProviderSettings): string {
  return Object.entries(maxCost)
    .map(([of, limit]) => `${of} ${limit}`)
    .join(", ");
}
