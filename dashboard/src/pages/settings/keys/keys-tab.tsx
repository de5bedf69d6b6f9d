import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { KeyRound } from "lucide-react";
import { keysQuery } from "../../../api/settings.ts";
import { EmptyState } from "../../../components/empty-state.tsx";
import { ListTab } from "../list-tab.tsx";
import { KeyRow } from "./key-row.tsx";
import styles from "./keys.module.css";
import { NewKey } from "./new-key.tsx";

/** Who may use this installation. */
export function KeysTab() {
  const search = useSearch({ from: "/shell/settings" });
  const navigate = useNavigate();
  const query = useQuery(keysQuery);
  const { keys: all = [] } = query.data ?? {};
  const showsRevoked = search.revoked === true;
  const keys = all.filter(({ revokedAt }) => showsRevoked || revokedAt === null);
  const revoked = all.filter(({ revokedAt }) => revokedAt !== null).length;
  return (
    <ListTab
      name="keys"
      rowHeight="4.5rem"
      query={query}
      bar={
        <>
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
        </>
      }
      rows={keys.map((key) => <KeyRow key={key.id} view={key} />)}
      empty={<NoKeys />}
    />
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
