import { Link } from "@tanstack/react-router";
import type { RunDetail } from "../../../../src/contracts/run.ts";
import { Duration } from "../../components/duration.tsx";
import { Money } from "../../components/money.tsx";
import { RelativeTime } from "../../components/relative-time.tsx";
import { shortId } from "../../components/short-id.ts";
import { Uuid } from "../../components/uuid.tsx";
import { Facts } from "./facts.tsx";
import { Outcome } from "./outcome.tsx";
import { reasonsOf } from "./reasons-of.ts";
import styles from "./run-page.module.css";

/** What there is to say of the whole run, and why it failed where it did. */
export function RunFacts({ run }: { readonly run: RunDetail }) {
  const { derivedFrom, reuses, follows, batchUUID, warnings } = run;
  return (
    <div className={styles["about"]}>
      <Facts
        rows={[
          ["Workflow", run.workflow],
          ["Took", <Duration key="took" from={run.startedAt} to={run.endedAt} />],
          ["Cost", <Money key="cost" amount={run.cost} />],
          ["Begun", <RelativeTime key="begun" at={run.createdAt} />],
          ["Tags", run.tags.length === 0 ? null : run.tags.join(", ")],
          [
            "Made from",
            derivedFrom === null ? null : (
              <Link key="from" to="/runs/$uuid" params={{ uuid: derivedFrom }}>
                run {shortId(derivedFrom)}
              </Link>
            ),
          ],
          [
            "Done before",
            reuses === undefined ? null : (
              <Link key="before" to="/runs/$uuid" params={{ uuid: reuses }}>
                run {shortId(reuses)}
              </Link>
            ),
          ],
          [
            "Waits for",
            follows === undefined ? null : (
              <Link key="for" to="/runs/$uuid" params={{ uuid: follows }}>
                run {shortId(follows)}, the same work
              </Link>
            ),
          ],
          [
            "Batch",
            <Link key="batch" to="/batches/$uuid" params={{ uuid: batchUUID }}>
              {shortId(batchUUID)}
            </Link>,
          ],
          ["runUUID", <Uuid key="uuid" value={run.runUUID} kind="run" />],
        ]}
      />
      <Outcome errors={reasonsOf(run)} warnings={warnings} />
    </div>
  );
}
