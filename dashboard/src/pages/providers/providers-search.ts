import type { ParkedTask } from "../../../../src/contracts/parked.ts";

/** What of the providers page is in its address: which of the tasks that wait are shown. */
export interface ProvidersSearch {
  readonly provider?: string;
  readonly status?: ParkedTask["status"];
  readonly batch?: string;
}

const UUID = /^[0-9a-f-]{36}$/i;

export function readProvidersSearch(search: Readonly<Record<string, unknown>>): ProvidersSearch {
  const { provider, status, batch } = search;
  return {
    ...(typeof provider === "string" && /^[a-z0-9][a-z0-9-]{0,39}$/.test(provider) ? { provider } : {}),
    ...(status === "held" || status === "uncertain" ? { status } : {}),
    ...(typeof batch === "string" && UUID.test(batch) ? { batch: batch.toLowerCase() } : {}),
  };
}
