import { Link } from "@tanstack/react-router";
import { type ReactNode, useEffect } from "react";
import styles from "./page.module.css";

interface Crumb {
  readonly title: string;
  readonly to: string;
}

interface PageProps {
  readonly title: string;
  /** What is said of it beside the title, such as a status. */
  readonly aside?: ReactNode;
  /** The pages above it, from the top. */
  readonly crumbs?: readonly Crumb[];
  readonly actions?: ReactNode;
  /** What narrows the page's list: before the actions, and on a phone a line of its own below them. */
  readonly filters?: ReactNode;
  readonly children: ReactNode;
}

/** What every page has: its name (in the tab, too), where it belongs, and what can be done. */
export function Page({ title, aside, crumbs = [], actions, filters, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Maskloom`;
  }, [title]);
  return (
    <div className={styles["page"]}>
      <header className={styles["header"]}>
        <div className={styles["name"]}>
          {crumbs.length > 0 && (
            <nav aria-label="Where this page belongs" className={styles["crumbs"]}>
              {crumbs.map((crumb) => (
                <span key={crumb.to}>
                  <Link to={crumb.to}>{crumb.title}</Link>
                  <span aria-hidden> / </span>
                </span>
              ))}
            </nav>
          )}
          <h1>{title}</h1>
          {aside}
        </div>
        {filters !== undefined && <div className={styles["filters"]}>{filters}</div>}
        {actions !== undefined && <div className={styles["actions"]}>{actions}</div>}
      </header>
      {children}
    </div>
  );
}
