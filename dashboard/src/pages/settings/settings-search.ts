/** What of the settings page is in its address. */
export interface SettingsSearch {
  readonly tab?: SettingsTab;
  /** Whether keys that were revoked are listed, too. */
  readonly revoked?: true;
  /** Of the audit: whose key or through what, what was done, and to what. */
  readonly actor?: string;
  readonly action?: string;
  readonly target?: string;
  readonly scope?: "all";
}

const SETTINGS_TABS = ["keys", "owners", "configuration", "audit", "appearance"] as const;
export type SettingsTab = (typeof SETTINGS_TABS)[number];

const ACTION = /^[a-z]{1,30}(?:\.[a-zA-Z-]{1,50})?$/;

/** What an address says, without what it should not. */
export function readSettingsSearch(search: Record<string, unknown>): SettingsSearch {
  const tab = SETTINGS_TABS.find((known) => known === search["tab"]);
  const word = (name: string) => {
    const value = search[name];
    return (typeof value === "string" || typeof value === "number") && value !== ""
      ? String(value)
      : undefined;
  };
  const [actor, action, target] = [word("actor"), word("action"), word("target")];
  return {
    ...(tab === undefined ? {} : { tab }),
    ...(search["revoked"] === true ? { revoked: true } : {}),
    ...(actor === undefined ? {} : { actor }),
    ...(action === undefined || !ACTION.test(action) ? {} : { action }),
    ...(target === undefined ? {} : { target }),
    ...(search["scope"] === "all" ? { scope: "all" } : {}),
  };
}
