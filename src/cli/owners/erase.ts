import type { Erased } from "../../contracts/owners.ts";
import { MaskloomError } from "../../errors.ts";
import { ownerNamed } from "../../runs/actions/owners.ts";
import { eraseOwner as eraseStored } from "../../runs/collect/erase.ts";
import { describeErased } from "../runs/erase.ts";
import { LOCAL_ACTOR } from "../runs/local-actor.ts";
import { withServices } from "../runs/with-services.ts";
import { printJson, printLine } from "../terminal.ts";

interface EraseOwnerOptions {
  readonly yes?: true;
  readonly json?: true;
}

/** @throws INPUT_INVALID without `--yes`, saying what it would be */
export async function eraseOwner(name: string, { yes, json }: EraseOwnerOptions): Promise<void> {
  await withServices(async (services) => {
    const { uuid, used } = await ownerNamed(services.store, name);
    if (!yes) {
      throw new MaskloomError(
        "INPUT_INVALID",
        `owner ${name}: ${used.runs} runs, ${used.keys} keys and ${(used.bytesKept / 1e9).toFixed(2)} GB of pictures would be ` +
          "gone for good; say --yes if that is meant",
      );
    }
    const total = { runs: 0, pictures: 0, files: 0, shared: 0 };
    for (let more = true; more; ) {
      const erased: Erased = await eraseStored(services, LOCAL_ACTOR, uuid);
      for (const what of ["runs", "pictures", "files", "shared"] as const) total[what] += erased[what];
      more = erased.more;
    }
    if (json) printJson(total);
    else printLine(describeErased(total));
  });
}
