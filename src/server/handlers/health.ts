import type { Dependency, Health, Readiness } from "../../contracts/readiness.ts";
import { answers as databaseAnswers, hasMigrations } from "../../store/probes.ts";
import type { ApiAnswer, ApiRequest, ApiServices } from "../route.ts";
import { VERSION } from "../version.ts";

const PATIENCE_MS = 3_000;
/** Any queue tells whether the queue's backend answers. */
const PROBED_QUEUE = "masking";

export function getHealth(): ApiAnswer {
  return { status: 200, body: { status: "ok", version: VERSION } satisfies Health };
}

/** What does not answer is named; why is in the log of whoever depends on it. */
export async function getReadiness(_: ApiRequest, { store, queues }: ApiServices): Promise<ApiAnswer> {
  const probes: Record<Dependency, () => Promise<boolean>> = {
    database: () => databaseAnswers(store.db),
    migrations: () => hasMigrations(store.db),
    queue: async () => (await queues.counts(PROBED_QUEUE)).waiting >= 0,
  };
  const names = Object.keys(probes) as Dependency[];
  const answers = await Promise.all(names.map((name) => answersInTime(probes[name])));
  const missing = names.filter((_name, at) => !answers[at]);
  const body: Readiness = { status: statusOf(missing), missing };
  return { status: body.status === "unavailable" ? 503 : 200, body };
}

/** Whoever sends requests elsewhere for want of the queue would send them to servers that lack it as well. */
function statusOf(missing: readonly Dependency[]): Readiness["status"] {
  if (missing.length === 0) return "ready";
  return missing.every((name) => name === "queue") ? "degraded" : "unavailable";
}

async function answersInTime(probe: () => Promise<boolean>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS, false);
  });
  try {
    return await Promise.race([probe(), late]);
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}
