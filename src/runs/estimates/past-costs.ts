import type { OwnerUUID } from "../../contracts/ids.ts";
import { readCallCosts, readStepCosts } from "../../store/past-costs.ts";
import type { Store } from "../../store/store.ts";
import type { PastCosts } from "./estimate-costs.ts";

/** What an owner's runs of a workflow cost; of others nothing is asked. */
export function pastCostsOf({ db }: Pick<Store, "db">, owner: OwnerUUID, workflow: string): PastCosts {
  return {
    ofStep: (step, place) => readStepCosts(db, owner, { workflow, step }, place),
    ofCall: (place) => readCallCosts(db, owner, place),
  };
}
