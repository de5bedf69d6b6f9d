import { useQuery } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { ownersQuery } from "../../../api/owners.ts";
import { ErrorState } from "../../../components/error-state.tsx";
import { SkeletonRows } from "../../../components/skeleton.tsx";
import { OwnerRow } from "./owner-row.tsx";
import styles from "./owners.module.css";

/** Whose everything is: what each has and may use, and the end of all of it. */
export function OwnersTab() {
  const { data, error, refetch } = useQuery(ownersQuery);
  return (
    <div className={styles["tab"]}>
      <div className={styles["bar"]}>
        <p>Runs, pictures and costs belong to owners. A new one comes to be with its first key.</p>
        <a className={styles["table"]} href="/api/owners.csv" download>
          <Download size={16} aria-hidden /> All as CSV
        </a>
      </div>
      {error !== null && data === undefined && (
        <ErrorState error={error} title="The owners could not be loaded" onRetry={() => void refetch()} />
      )}
      {data === undefined && error === null && (
        <SkeletonRows rows={3} height="7rem" label="Loading the owners" />
      )}
      {data !== undefined && (
        <ul className={styles["list"]}>
          {data.owners.map((owner) => (
            <OwnerRow key={owner.name} owner={owner} />
          ))}
        </ul>
      )}
    </div>
  );
}
