import { ChangeOwner } from "../../contracts/owners.ts";
import { parseAs } from "../../errors.ts";
import { changeOwner } from "../../runs/actions/owners.ts";
import { withStore } from "../keys/with-store.ts";
import { LOCAL_ACTOR } from "../runs/local-actor.ts";
import { printJson, printLine } from "../terminal.ts";

export interface SetOwnerOptions {
  /** Null: `none` was said. */
  readonly runsPerDay?: number | null;
  readonly gigabytes?: number | null;
  readonly tasksAtOnce?: number | null;
  readonly costPerDay?: number | null;
  readonly label?: Readonly<Record<string, string>>;
  readonly json?: true;
}

export async function setOwner(name: string, options: SetOwnerOptions): Promise<void> {
  const { gigabytes, label, json, ...limits } = options;
  const change = parseAs(
    ChangeOwner,
    {
      ...limits,
      ...(gigabytes === undefined
        ? {}
        : { bytesKept: gigabytes === null ? null : Math.round(gigabytes * 1e9) }),
      ...(label === undefined ? {} : { labels: label }),
    },
    "owner",
  );
  const owner = await withStore((store) => changeOwner(store, LOCAL_ACTOR, name, change));
  if (json) printJson(owner);
  else printLine(`${name}: changed; \`maskloom owners list\` shows its limits`);
}
