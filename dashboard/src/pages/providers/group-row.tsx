import { Link } from "@tanstack/react-router";
import { Boxes } from "lucide-react";
import type { QueueView } from "../../../../src/contracts/actions.ts";
import type { ProviderGroupView } from "../../../../src/contracts/provider-list.ts";
import { Badge } from "../../components/badge.tsx";
import { RowHead } from "../../components/row-head.tsx";
import { ParkedLink } from "./parked-link.tsx";
import styles from "./providers.module.css";

interface GroupRowProps {
  readonly group: ProviderGroupView;
  readonly queue: QueueView | undefined;
}

/** Instances that share the work of one name: they have a queue together, and tasks that wait. */
export function GroupRow({ group: { id, members, queue: name, parked }, queue }: GroupRowProps) {
  return (
    <li className={styles["row"]} data-row data-group={id}>
      <RowHead
        title={id}
        badges={
          <Badge
            tone="neutral"
            icon={Boxes}
            title="Each call goes to the instance that is done with it first"
          >
            Group
          </Badge>
        }
        notes={[
          <>
            {members.join(", ")} share its work ·{" "}
            <Link to="/workers" search={{ queue: name }}>
              {queue?.waiting ?? 0} waiting, {queue?.running ?? 0} running
            </Link>
          </>,
        ]}
      />
      <ParkedLink provider={id} parked={parked} />
    </li>
  );
}
