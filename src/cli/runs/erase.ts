import { RunUUID } from "../../contracts/ids.ts";
import type { Erased } from "../../contracts/owners.ts";
import { notThere } from "../../runs/actions/actor.ts";
import { eraseRuns as eraseStoredRuns } from "../../runs/collect/erase.ts";
import { findRunPlace } from "../../store/run-places.ts";
import { printJson, printLine } from "../terminal.ts";
import { LOCAL_ACTOR, parseUuid } from "./local-actor.ts";
import { withServices } from "./with-services.ts";

/** All are looked up before any is taken away. */
export async function eraseRuns(names: readonly string[], { json }: { json?: true }): Promise<void> {
  const runs = [...new Set(names)].map((name) => parseUuid(RunUUID, name, "run"));
  await withServices(async (services) => {
    for (const run of runs) {
      if ((await findRunPlace(services.store.db, LOCAL_ACTOR.owner, run)) === null)
        throw notThere("run", run);
    }
    const erased = await eraseStoredRuns(services, LOCAL_ACTOR, runs);
    if (json) printJson(erased);
    else printLine(describeErased(erased));
  });
}

/** 1 run, 3 pictures and 3 files are gone; 1 file stays, because another picture has the same bytes */
export function describeErased({ runs, pictures, files, shared }: Omit<Erased, "more">): string {
  const gone = `${count(runs, "run")}, ${count(pictures, "picture")} and ${count(files, "file")} are gone`;
  if (shared === 0) return gone;
  return `${gone}; ${count(shared, "file")} ${shared === 1 ? "stays" : "stay"}, because other pictures have the same bytes`;
}

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? "" : "s"}`;
