import type { Config } from "../../config/config.ts";
import { SETTING_WORDS } from "../../config/setting-words.ts";
import { CHANGEABLE_SETTINGS, type ChangeSettings, type SettingView } from "../../contracts/settings.ts";
import { MaskloomError } from "../../errors.ts";
import { changeSetting, readChangedSettings } from "../../store/changed-settings.ts";
import type { Store } from "../../store/store.ts";
import { type Actor, audit } from "./actor.ts";

type Configured = Pick<Config, "settings">;

/** Everything that is set, by what, and what of it can be changed while all runs. */
export async function listSettings(
  { db }: Pick<Store, "db">,
  { settings }: Configured,
): Promise<SettingView[]> {
  const changed = await readChangedSettings(db);
  return settings.map((setting) => {
    const { name, source } = setting;
    const view = { ...setting, about: SETTING_WORDS[name] ?? "" };
    if (!isChangeable(name)) return { ...view, change: "elsewhere" };
    if (source !== "default") return { ...view, change: "fixed" };
    const value = changed.get(name);
    if (value === undefined) return { ...view, change: "here" };
    return { ...view, value: String(value), isSet: true, source: "stored", change: "here" };
  });
}

/**
 * Sets some of the settings that can be changed while all runs; the next look of whoever clears up goes by them.
 * @throws CONFLICT where the environment or the configuration file says one of them: that comes before, everywhere
 */
export async function changeSettings(
  { db, wakeUps }: Pick<Store, "db" | "wakeUps">,
  { settings }: Configured,
  actor: Actor,
  changes: ChangeSettings,
): Promise<void> {
  const wanted = CHANGEABLE_SETTINGS.flatMap((name) => {
    const value = changes[name];
    return value === undefined ? [] : [{ name, value }];
  });
  const fixed = settings.find(
    ({ name, source }) => source !== "default" && wanted.some((one) => one.name === name),
  );
  if (fixed !== undefined) {
    const said = fixed.source === "file" ? `the configuration file (${fixed.place})` : "the environment";
    throw new MaskloomError(
      "CONFLICT",
      `${fixed.name}: expected a setting that nothing else says, but ${said} says ${fixed.value}; change it there, or take it out there and start anew`,
    );
  }
  await db.transaction().execute(async (transaction) => {
    const before = await readChangedSettings(transaction);
    for (const { name, value } of wanted) {
      const from = before.get(name) ?? null;
      if (from === value) continue;
      await changeSetting(transaction, name, value);
      await audit(transaction, actor, "settings.change", name, { from, to: value });
    }
  });
  wakeUps.notify("installation");
}

function isChangeable(name: string): boolean {
  return CHANGEABLE_SETTINGS.some((one) => one === name);
}
