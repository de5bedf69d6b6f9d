import { useQuery } from "@tanstack/react-query";
import { Folder, FolderX } from "lucide-react";
import { foldersQuery } from "../../api/folders.ts";
import { EmptyState } from "../../components/empty-state.tsx";
import { ErrorState } from "../../components/error-state.tsx";
import { SkeletonRows } from "../../components/skeleton.tsx";
import type { NewBatchSearch, SearchChange } from "./new-batch-search.ts";
import styles from "./sources.module.css";

interface FolderSourceProps {
  readonly search: NewBatchSearch;
  readonly onChange: (change: SearchChange) => void;
}

const numbers = new Intl.NumberFormat("en");
/** Of a folder in S3 not more is counted than a page. */
function picturesOf({ pictures, isMore }: { readonly pictures: number; readonly isMore?: true | undefined }) {
  const least = isMore === true ? "at least " : "";
  return `${least}${numbers.format(pictures)} ${pictures === 1 ? "picture" : "pictures"}`;
}

/** A folder of the server: the one that is open is the one that is taken. */
export function FolderSource({ search, onChange }: FolderSourceProps) {
  const { path = null, flat = false } = search;
  const { data, error, isPending, refetch } = useQuery(foldersQuery(path));
  const open = (next: string | null) => onChange({ path: next ?? undefined });
  if (isPending) return <SkeletonRows rows={3} height="3rem" label="Loading the folders" />;
  if (error !== null || data === undefined) {
    return (
      <ErrorState error={error} title="The folders could not be listed" onRetry={() => void refetch()} />
    );
  }
  if (data.folder === null && data.folders.length === 0) {
    return (
      <EmptyState icon={FolderX} title="No folder of the server may be read">
        <p>
          Whoever can reach this page need not be who may read the machine's files, so none is by default.
          List some when it starts, of its disks or in S3:{" "}
          <code>MASKLOOM_FOLDERS=/srv/photos,s3://bucket/scans maskloom up</code>
        </p>
      </EmptyState>
    );
  }
  return (
    <div className={styles["stack"]}>
      <nav aria-label="Where this folder is" className={styles["way"]}>
        <button type="button" onClick={() => open(null)}>
          Server
        </button>
        {data.above.map((above) => (
          <span key={above.path}>
            <span aria-hidden> / </span>
            <button
              type="button"
              onClick={() => open(above.path)}
              aria-current={above.path === data.folder?.path}
            >
              {above.name}
            </button>
          </span>
        ))}
      </nav>
      <ul className={styles["folders"]}>
        {data.folders.map(({ path: place, name, folders, ...counted }) => (
          <li key={place}>
            <button type="button" onClick={() => open(place)} title={place}>
              <Folder size={18} aria-hidden />
              <span className={styles["file"]}>{name}</span>
              <span className={styles["quiet"]}>
                {picturesOf(counted)}
                {folders > 0 && `, ${folders} ${folders === 1 ? "folder" : "folders"}`}
              </span>
            </button>
          </li>
        ))}
        {data.folders.length === 0 && <li className={styles["quiet"]}>No folder inside of it.</li>}
      </ul>
      {data.folder !== null && (
        <p>
          <strong>{data.folder.name}</strong> is taken: {picturesOf(data.folder)} directly in it.
        </p>
      )}
      {data.folder !== null && data.folder.folders > 0 && (
        <label className={styles["check"]}>
          <input
            type="checkbox"
            checked={!flat}
            onChange={({ target }) => onChange({ flat: target.checked ? undefined : true })}
          />
          With the folders inside of it
        </label>
      )}
    </div>
  );
}
