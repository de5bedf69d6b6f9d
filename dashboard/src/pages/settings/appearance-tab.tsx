import { useSyncExternalStore } from "react";
import { chooseTheme, readTheme, subscribeToTheme } from "../../shell/theme.ts";
import { THEMES } from "../../shell/theme-menu.tsx";
import styles from "./settings.module.css";

/** Of this browser alone. */
export function AppearanceTab() {
  const chosen = useSyncExternalStore(subscribeToTheme, readTheme);
  return (
    <fieldset className={styles["themes"]}>
      <legend>Light or dark</legend>
      {THEMES.map(({ theme, label, icon: Icon }) => (
        <label key={theme} className={styles["theme"]}>
          <input
            type="radio"
            name="theme"
            value={theme}
            checked={theme === chosen}
            onChange={() => chooseTheme(theme)}
          />
          <Icon size={18} aria-hidden />
          {label}
        </label>
      ))}
      <p className={styles["quiet"]}>It is kept in this browser.</p>
    </fieldset>
  );
}
