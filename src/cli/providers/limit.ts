import { readConfig } from "../../config/config.ts";
import { LimitChanges } from "../../contracts/provider.ts";
import { MaskloomError, parseAs } from "../../errors.ts";
import { changeProviderLimits } from "../../runs/calls/change-limits.ts";
import { withStore } from "../keys/with-store.ts";
import { LOCAL_ACTOR } from "../runs/local-actor.ts";
import { printJson, printLine } from "../terminal.ts";

type Limits = { readonly [Of in keyof LimitChanges]?: number | "none" };

interface LimitOptions extends Limits {
  readonly reset?: true;
  readonly json?: true;
}

/** Sets what may be spent at a provider, for all workers that run and will run. */
export async function limitProvider(name: string, { reset, json, ...given }: LimitOptions): Promise<void> {
  const entries = Object.entries(given).map(([of, limit]) => [of, limit === "none" ? null : limit]);
  const changes = parseAs(LimitChanges, Object.fromEntries(entries), "providers limit");
  const count = entries.length;
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
  const words = Object.entries(limits.maxCost).map(
    ([of, limit]) => `$${limit} a${of === "owner" ? "n" : ""} ${of}`,
  );
  printLine(`${name}: ${words.join(", ") || "no limit"}`);
}
