import { useQuery } from "@tanstack/react-query";
import { queuesQuery } from "../../api/installation.ts";
import { providersQuery } from "../../api/providers.ts";
import { ErrorState } from "../../components/error-state.tsx";
import { Page } from "../../components/page.tsx";
import { Panel } from "../../components/panel.tsx";
import { SkeletonRows } from "../../components/skeleton.tsx";
import { usePageRowKeys } from "../../components/use-row-keys.ts";
import { AddProvider } from "./add-provider.tsx";
import { GroupRow } from "./group-row.tsx";
import { LocalRow } from "./local-row.tsx";
import { ParkedPanel } from "./parked/parked-panel.tsx";
import { ProviderRow } from "./provider-row.tsx";
import styles from "./providers.module.css";

/** Who executes tasks, how they are, and what waits for money or for somebody to look at a bill. */
export function ProvidersPage() {
  usePageRowKeys();
  return (
    <Page title="Providers">
      <div className={styles["page"]}>
        <ParkedPanel />
        <ProvidersPanel />
      </div>
    </Page>
  );
}

function ProvidersPanel() {
  const { data, error, refetch } = useQuery(providersQuery);
  const { data: queues } = useQuery(queuesQuery);
  const queueOf = (name: string) => queues?.queues.find(({ queue }) => queue === name);
  return (
    <Panel title="Instances">
      {error !== null && data === undefined && (
        <ErrorState error={error} title="The providers could not be loaded" onRetry={() => void refetch()} />
      )}
      {data === undefined && error === null && (
        <SkeletonRows rows={3} height="9rem" label="Loading the providers" />
      )}
      {data !== undefined && (
        <ul>
          {data.providers.map((provider) => (
            <ProviderRow key={provider.id} provider={provider} queue={queueOf(provider.queue)} />
          ))}
          {data.groups.map((group) => (
            <GroupRow key={group.id} group={group} queue={queueOf(group.queue)} />
          ))}
          <LocalRow local={data.local} queue={queueOf(data.local.queue)} />
          {data.providers.length === 0 && (
            <li className={styles["add"]}>
              <AddProvider />
            </li>
          )}
        </ul>
      )}
    </Panel>
  );
}
