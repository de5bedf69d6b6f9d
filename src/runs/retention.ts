import type { Config } from "../config/config.ts";
import type { ChangeableSetting } from "../contracts/settings.ts";
import { readChangedSettings } from "../store/changed-settings.ts";
import type { Store } from "../store/store.ts";

/** How long and how much is kept. */
export interface Retention {
  /** Milliseconds from the last use of a picture. */
  readonly keepMs: number;
  /** Bytes of all pictures beyond which what was made on the way goes; undefined = without a limit. */
  readonly mostBytes: number | undefined;
  /** Milliseconds for which events are kept. */
  readonly keepEventsMs: number;
}

type Configured = Pick<Config, "pictures" | "database" | "settings">;

const DAY_MS = 24 * 60 * 60 * 1000;

/** What holds at this moment: what the environment or the file says, else what an admin has set, else the default. */
export async function retentionInForce(
  { db }: Pick<Store, "db">,
  { pictures, database, settings }: Configured,
): Promise<Retention> {
  const changed = await readChangedSettings(db);
  const changeOf = (name: ChangeableSetting) =>
    settings.some((setting) => setting.name === name && setting.source !== "default")
      ? undefined
      : changed.get(name);
  const [days, gigabytes, eventDays] = [
    changeOf("MASKLOOM_KEEP_DAYS"),
    changeOf("MASKLOOM_KEEP_GIGABYTES"),
    changeOf("MASKLOOM_KEEP_EVENT_DAYS"),
  ];
  return {
    keepMs: days === undefined ? pictures.keepMs : days * DAY_MS,
    mostBytes: gigabytes === undefined ? pictures.mostBytes : gigabytes * 1e9,
    keepEventsMs: eventDays === undefined ? database.keepEventsMs : eventDays * DAY_MS,
  };
}
