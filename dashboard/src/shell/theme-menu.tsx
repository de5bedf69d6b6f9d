import { Monitor, Moon, Sun } from "lucide-react";
import { useSyncExternalStore } from "react";
import { IconButton } from "../components/icon-button.tsx";
import { Menu } from "../components/menu.tsx";
import { chooseTheme, readTheme, subscribeToTheme, type Theme } from "./theme.ts";

export const THEMES = [
  { theme: "system", label: "As the system", icon: Monitor },
  { theme: "light", label: "Light", icon: Sun },
  { theme: "dark", label: "Dark", icon: Moon },
] as const satisfies readonly { theme: Theme; label: string; icon: typeof Sun }[];

export function ThemeMenu() {
  const chosen = useSyncExternalStore(subscribeToTheme, readTheme);
  const { icon } = THEMES.find(({ theme }) => theme === chosen) ?? THEMES[0];
  return (
    <Menu
      trigger={<IconButton icon={icon} label="Light or dark" />}
      items={THEMES.map(({ theme, ...item }) => ({
        ...item,
        isChosen: theme === chosen,
        onSelect: () => chooseTheme(theme),
      }))}
    />
  );
}
