import type { SettingView } from "../../../../src/contracts/settings.ts";

export interface SettingGroup {
  readonly title: string;
  readonly settings: readonly SettingView[];
}

/** By the first part of their place in the configuration file, in the order in which people look for them. */
const TITLES: readonly (readonly [beginning: string, title: string])[] = [
  ["pictures", "Pictures and how long they are kept"],
  ["limits", "Limits"],
  ["providers", "Providers and budgets"],
  ["api", "API and prices"],
  ["batches", "Batches"],
  ["server", "Server"],
  ["inference", "Models"],
  ["models", "Models"],
  ["database", "Database"],
  ["queue", "Queues"],
  ["artifacts", "Where pictures are stored"],
];
const OTHERS = "Installation";

/** Every setting in exactly one group; groups without any are left out. */
export function groupSettings(settings: readonly SettingView[]): readonly SettingGroup[] {
  const titleOf = ({ place }: SettingView) =>
    TITLES.find(([beginning]) => place === beginning || place.startsWith(`${beginning}.`))?.[1] ?? OTHERS;
  const titles = [...new Set([...TITLES.map(([, title]) => title), OTHERS])];
  return titles
    .map((title) => ({ title, settings: settings.filter((setting) => titleOf(setting) === title) }))
    .filter((group) => group.settings.length > 0);
}
