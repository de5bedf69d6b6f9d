import { ChevronRight } from "lucide-react";
import type { ReactNode } from "react";
import { classNames } from "./class-names.ts";
import styles from "./disclosure.module.css";

interface DisclosureProps {
  readonly title: ReactNode;
  /** A heading among others, or something beside what it belongs to. */
  readonly look?: "heading" | "quiet";
  readonly children: ReactNode;
}

/** What few want to see, behind its name: the browser's own, found by its search and opened by keys. */
export function Disclosure({ title, look = "quiet", children }: DisclosureProps) {
  return (
    <details className={styles["disclosure"]}>
      <summary className={classNames(styles["title"], styles[look])}>
        <ChevronRight size={16} aria-hidden />
        {title}
      </summary>
      <div className={styles["content"]}>{children}</div>
    </details>
  );
}
