import { Link } from "@tanstack/react-router";
import { CircleCheck, CircleSlash } from "lucide-react";
import type { QueueView } from "../../../../src/contracts/actions.ts";
import type { ProviderList } from "../../../../src/contracts/provider-list.ts";
import { Badge } from "../../components/badge.tsx";
import { RowHead } from "../../components/row-head.tsx";
import styles from "./providers.module.css";

interface LocalRowProps {
  readonly local: ProviderList["local"];
  readonly queue: QueueView | undefined;
}

/** This machine: it needs no configuration, and costs nothing. */
export function LocalRow({ local, queue }: LocalRowProps) {
  const isServed = queue !== undefined && queue.workers > 0;
  return (
    <li className={styles["row"]} data-row data-provider="local">
      <RowHead
        title="local"
        badges={
          <Badge
            tone={isServed ? "good" : "neutral"}
            icon={isServed ? CircleCheck : CircleSlash}
            title={isServed ? "A worker serves it" : "No worker serves it: start one with maskloom up"}
          >
            {isServed ? "Good" : "No worker"}
          </Badge>
        }
        notes={["The installation’s own workers; always there, and free"]}
      />
      <p className={styles["quiet"]}>
        <Link to="/models">
          {local.models.length === 1 ? "1 inpainter" : `${local.models.length} inpainters`}
        </Link>{" "}
        here: {local.models.join(", ")} ·{" "}
        <Link to="/workers" search={{ queue: local.queue }}>
          {queue?.waiting ?? 0} waiting, {queue?.running ?? 0} running
        </Link>
      </p>
    </li>
  );
}
