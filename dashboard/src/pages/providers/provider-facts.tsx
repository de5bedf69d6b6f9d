import { Link } from "@tanstack/react-router";
import type { QueueView } from "../../../../src/contracts/actions.ts";
import type { ProviderView } from "../../../../src/contracts/provider-list.ts";
import { Fact } from "../../components/fact.tsx";
import { formatMoney } from "../../components/format-money.ts";
import { formatElapsed } from "../../components/format-time.ts";
import styles from "./providers.module.css";

interface ProviderFactsProps {
  readonly provider: ProviderView;
  readonly queue: QueueView | undefined;
}

/** Slots, queue, pace and price at a glance. */
export function ProviderFacts({ provider, queue }: ProviderFactsProps) {
  const { slots, requestsPerSecond } = provider;
  return (
    <dl className={styles["facts"]}>
      <Fact name="Slots in use">
        <span className={styles["value"]} data-slots>
          {slots.inUse} <small>of {slots.limit}</small>
        </span>
        <meter
          min={0}
          max={slots.limit}
          value={Math.min(slots.inUse, slots.limit)}
          aria-label={`${slots.inUse} of ${slots.limit} slots in use`}
        />
      </Fact>
      <Fact name="Queue">
        <Link to="/workers" search={{ queue: provider.queue }} className={styles["value"]}>
          {queue?.waiting ?? 0} <small>waiting</small>
        </Link>
        <span className={styles["quiet"]}>{queueNote(queue)}</span>
      </Fact>
      <Fact name="Pace">
        <span className={styles["value"]}>
          {requestsPerSecond === null ? "–" : requestsPerSecond}
          {requestsPerSecond !== null && <small> a second</small>}
        </span>
        <span className={styles["quiet"]}>{requestsPerSecond === null ? "no limit" : "at most"}</span>
      </Fact>
      <Fact name="Price of a call">
        <span className={styles["value"]}>{priceWord(provider)}</span>
        <span className={styles["quiet"]}>{priceNote(provider)}</span>
      </Fact>
    </dl>
  );
}

function queueNote(queue: QueueView | undefined): string {
  if (queue === undefined || queue.workers === 0) return "no worker serves it";
  if (queue.oldestWaitSeconds !== null) return `the oldest ${formatElapsed(queue.oldestWaitSeconds * 1000)}`;
  return `${queue.running} running`;
}

/** That clients of the API may spend money is said where the price stands. */
function priceNote({ paid, api }: ProviderView): string {
  if (!paid) return "costs nothing";
  return api ? "reserved before it is sent; open to /v1" : "reserved before it is sent";
}

/** From the cheapest to the dearest. */
function priceWord({ paid, prices }: ProviderView): string {
  if (!paid) return "free";
  const all = Object.values(prices);
  const [least, most] = [Math.min(...all), Math.max(...all)];
  return least === most ? formatMoney(most) : `${formatMoney(least)} – ${formatMoney(most)}`;
}
