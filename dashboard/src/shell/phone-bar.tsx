import { useNavigate } from "@tanstack/react-router";
import { Ellipsis } from "lucide-react";
import { IconButton } from "../components/icon-button.tsx";
import { Menu } from "../components/menu.tsx";
import { NAVIGATION } from "./navigation.ts";
import { NavigationLinks } from "./navigation-links.tsx";
import styles from "./phone-bar.module.css";

/** What fits beside each other on the narrowest phone; the rest is behind one button. */
const MOST_IN_BAR = 4;

export function PhoneBar() {
  const navigate = useNavigate();
  const rest = NAVIGATION.slice(MOST_IN_BAR);
  return (
    <nav className={styles["bar"]} aria-label="Pages">
      <NavigationLinks look="bar" items={NAVIGATION.slice(0, MOST_IN_BAR)} />
      {rest.length > 0 && (
        <Menu
          trigger={<IconButton icon={Ellipsis} label="More pages" />}
          items={rest.map(({ to, title, icon }) => ({
            label: title,
            icon,
            onSelect: () => void navigate({ to }),
          }))}
        />
      )}
    </nav>
  );
}
