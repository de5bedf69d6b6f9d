import { useQuery } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { ownersQuery } from "../../../api/owners.ts";
import { ListTab } from "../list-tab.tsx";
import { OwnerRow } from "./owner-row.tsx";
import styles from "./owners.module.css";

/** Whose everything is: what each has and may use, and the end of all of it. */
export function OwnersTab() {
  const query = useQuery(ownersQuery);
  return (
    <ListTab
      name="owners"
      rowHeight="7rem"
      query={query}
      bar={
        <>
          <p>Runs, pictures and costs belong to owners. A new one comes to be with its first key.</p>
          <a className={styles["table"]} href="/api/owners.csv" download>
            <Download size={16} aria-hidden /> All as CSV
          </a>
        </>
      }
      rows={query.data?.owners.map((owner) => <OwnerRow key={owner.name} owner={owner} />) ?? []}
    />
  );
}
