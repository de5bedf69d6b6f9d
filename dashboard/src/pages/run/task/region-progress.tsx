import { useQuery } from "@tanstack/react-query";
import { taskProgressQuery } from "../../../live/task-progress.ts";
import styles from "./region-progress.module.css";

/** How far a provider elsewhere is with each region that it is at. */
export function RegionProgress({ taskUUID }: { readonly taskUUID: string }) {
  const { data: shares } = useQuery(taskProgressQuery(taskUUID));
  if (shares === undefined || shares.size === 0) return <>not told yet</>;
  return (
    <ul className={styles["regions"]}>
      {[...shares].map(([region, share]) => (
        <li key={region}>
          <span>Region {region + 1}</span>
          <progress aria-label={`Region ${region + 1}`} value={share} max={1} />
          <span>{Math.round(share * 100)} %</span>
        </li>
      ))}
    </ul>
  );
}
