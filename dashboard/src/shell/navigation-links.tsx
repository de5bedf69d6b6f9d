import { Link } from "@tanstack/react-router";
import { NAVIGATION, type NavigationItem } from "./navigation.ts";
import styles from "./navigation-links.module.css";
import { WaitingCount } from "./waiting-count.tsx";

interface NavigationLinksProps {
  /** A rail beside the page, or a bar below it. */
  readonly look: "rail" | "bar";
  readonly items?: readonly NavigationItem[];
}

export function NavigationLinks({ look, items = NAVIGATION }: NavigationLinksProps) {
  return (
    <ul className={styles[look]}>
      {items.map(({ to, title, icon: Icon, waits }) => (
        <li key={to}>
          <Link
            to={to}
            className={styles["link"]}
            activeOptions={{ exact: to === "/", includeSearch: false }}
          >
            <Icon size={18} aria-hidden />
            {title}
            {waits !== undefined && <WaitingCount kind={waits} />}
          </Link>
        </li>
      ))}
    </ul>
  );
}
