import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { KeyRound } from "lucide-react";
import { keysQuery } from "../../../api/settings.ts";
import { EmptyState } from "../../../components/empty-state.tsx";
import { ErrorState } from "../../../components/error-state.tsx";
import { SkeletonRows } from "../../../components/skeleton.tsx";
import { KeyRow } from "./key-row.tsx";
import styles from "./keys.module.css";
import { NewKey } from "./new-key.tsx";

/** Who may use this installation. */
export function KeysTab() {
  const search = useSearch({ from: "/shell/settings" });
  const navigate = useNavigate();
  const { data, error, refetch } = useQuery(keysQuery);
  const showsRevoked = search.revoked === true;
  const keys = data?.keys.filter(({ revokedAt }) => showsRevoked || revokedAt === null) ?? [];
  const revoked = data?.keys.filter(({ revokedAt }) => revokedAt !== null).length ?? 0;
  return (
    <div className={styles["tab"]}>
      <div className={styles["bar"]}>
        <NewKey />
        {revoked > 0 && (
          <label className={styles["toggle"]}>
            <input
              type="checkbox"
              checked={showsRevoked}
              onChange={() =>
                void navigate({
                  to: "/settings",
                  search: showsRevoked ? { tab: "keys" } : { tab: "keys", revoked: true },
                  replace: true,
                })
              }
            />
            Revoked ones, too ({revoked})
          </label>
        )}
      </div>
      {error !== null && data === undefined && (
        <ErrorState error={error} title="The keys could not be loaded" onRetry={() => void refetch()} />
      )}
      {data === undefined && error === null && (
        <SkeletonRows rows={3} height="4.5rem" label="Loading the keys" />
      )}
      {data !== undefined && keys.length === 0 && <NoKeys />}
      {keys.length > 0 && (
        <ul className={styles["list"]}>
          {keys.map((key) => (
            <KeyRow key={key.id} view={key} />
          ))}
        </ul>
      )}
    </div>
  );
}

function NoKeys() {
  return (
    <EmptyState icon={KeyRound} title="There is no key">
      <p>
        On this machine none is needed. Whoever is to use Maskloom from another one needs a key of their own;
        as soon as there is one, the server may listen beyond loopback.
      </p>
    </EmptyState>
  );
}
