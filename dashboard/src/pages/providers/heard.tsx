import { Link } from "@tanstack/react-router";
import type { ProviderView } from "../../../../src/contracts/provider-list.ts";
import { formatDuration } from "../../components/format-time.ts";
import { RelativeTime } from "../../components/relative-time.tsx";
import { NextTry } from "./next-try.tsx";
import styles from "./providers.module.css";

/** What was heard of a provider: its rest, its last call, its last error, its last test. */
export function Heard({ provider: { key, health } }: { readonly provider: ProviderView }) {
  const { circuits, answeredAt, failure, test, underWay } = health;
  return (
    <ul className={styles["heard"]}>
      {key !== null && !key.isSet && (
        <li className={styles["bad"]}>
          <code>{key.from}</code> is not set where the server runs: put the key there and start it again.
        </li>
      )}
      {circuits.map(({ worker, host, since, nextTryAt }) => (
        <li key={worker} className={styles["bad"]} data-circuit={worker}>
          {host} gives it a rest, begun <RelativeTime at={since} />: too many calls failed in a row.{" "}
          <NextTry at={nextTryAt} />
        </li>
      ))}
      {test !== null && (
        <li data-test>
          {test.error === null ? (
            <>
              Tested <RelativeTime at={test.at} />: {test.says}, within{" "}
              {formatDuration(test.milliseconds ?? 0)}
            </>
          ) : (
            <>
              Tested <RelativeTime at={test.at} />:{" "}
              <span className={styles["bad"]}>{test.error.message}</span>
            </>
          )}
        </li>
      )}
      <li>
        {answeredAt === null ? (
          "No call of it has been answered yet"
        ) : (
          <>
            Last answer <RelativeTime at={answeredAt} />
          </>
        )}
        {underWay > 0 && `, ${underWay === 1 ? "1 call" : `${underWay} calls`} not answered yet`}
      </li>
      {failure !== null && (
        <li data-failure>
          Last failure <RelativeTime at={failure.at} />: <code>{failure.code}</code> {failureWord(health)}{" "}
          {failure.taskUUID !== null && (
            <Link to="/tasks/$uuid" params={{ uuid: failure.taskUUID }}>
              its task
            </Link>
          )}
        </li>
      )}
    </ul>
  );
}

/** What the test said already is not said again. */
function failureWord({ failure, test }: ProviderView["health"]): string {
  if (failure?.error === null) return "in a task of another owner";
  const message = failure?.error?.message ?? "";
  return message === test?.error?.message ? "the same" : message;
}
