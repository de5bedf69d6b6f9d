import type { TaskCall } from "../../../../../src/contracts/task-records.ts";
import { Duration } from "../../../components/duration.tsx";
import { Money } from "../../../components/money.tsx";
import { Notice } from "../../../components/notice.tsx";
import { RelativeTime } from "../../../components/relative-time.tsx";
import { Uuid } from "../../../components/uuid.tsx";
import { Facts } from "../facts.tsx";
import styles from "./attempts.module.css";
import { JsonBlock } from "./json-block.tsx";

/** What was asked of a provider elsewhere, call by call, with the provider's own name for it. */
export function TaskCalls({ calls }: { readonly calls: readonly TaskCall[] }) {
  return (
    <ol className={styles["attempts"]}>
      {calls.map(({ callUUID, state, region, attempt, error, request, ...call }) => (
        <li key={callUUID}>
          <p>
            <strong>{state}</strong>, region {region + 1} of attempt {attempt}
            {call.sentAt !== null && (
              <>
                , sent <RelativeTime at={call.sentAt} />
              </>
            )}
          </p>
          <Facts
            rows={[
              ["callUUID", <Uuid key="call" value={callUUID} kind="call" />],
              ["Provider", call.provider],
              ["Model", call.model],
              ["Took", <Duration key="took" from={call.sentAt} to={call.endedAt} />],
              ["Cost", <Money key="cost" amount={call.realCost} />],
              ["Reserved", call.realCost === null ? <Money key="price" amount={call.reservedCost} /> : null],
              ["Its name there", call.providerId],
            ]}
          />
          {error !== null && (
            <Notice>
              <code>{error.code}</code> {error.message}
            </Notice>
          )}
          {request !== null && <JsonBlock label="Request" value={request} />}
        </li>
      ))}
    </ol>
  );
}
