import { readConfig } from "../../config.ts";
import type { LimitChanges } from "../../contracts/provider.ts";
import { MaskloomError } from "../../errors.ts";
import { changeProviderLimits } from "../../runs/calls/change-limits.ts";
import { withStore } from "../keys/with-store.ts";
import { LOCAL_ACTOR } from "../runs/local-actor.ts";
import { printJson, printLine } from "../terminal.ts";

interface LimitOptions extends LimitChanges {
  readonly reset?: true;
  readonly json?: true;
}

/** Sets what may be spent at a provider, for all workers that run and will run. */
export async function limitProvider(name: string, { reset, json, ...changes }: LimitOptions): Promise<void> {
  const count = Object.keys(changes).length;
  if ((count === 0) === (reset === undefined)) {
    throw new MaskloomError(
      "INPUT_INVALID",
      `providers limit: expected either --reset or some of --run, --batch, --day and --owner, got ${count === 0 ? "none" : "both"}`,
    );
  }
  const { providers } = readConfig();
  const limits = await withStore((store) =>
    changeProviderLimits(store, LOCAL_ACTOR, providers, name, changes),
  );
  if (json) return printJson(limits);
  const words = Object.entries(limits.maxCost).map(([of, limit]) => `$${limit} a ${of}`);
  printLine(`${name}: ${words.join(", ") || "no limit"}`);
}
