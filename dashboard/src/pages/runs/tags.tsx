import { Link } from "@tanstack/react-router";
import styles from "./tags.module.css";

/** Each leads to the runs that have it. */
export function Tags({ tags }: { readonly tags: readonly string[] }) {
  return (
    <span className={styles["tags"]}>
      {tags.map((tag) => (
        <Link key={tag} className={styles["tag"]} to="/runs" search={{ tag }} title={tag}>
          {tag}
        </Link>
      ))}
    </span>
  );
}
