import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { KeyView } from "../../../../../src/contracts/keys.ts";
import { sessionQuery } from "../../../api/session.ts";
import { Badge } from "../../../components/badge.tsx";
import { classNames } from "../../../components/class-names.ts";
import { RelativeTime } from "../../../components/relative-time.tsx";
import { LabelBadges } from "../label-badges.tsx";
import { RoleBadge } from "../role-badge.tsx";
import styles from "./keys.module.css";
import { RevokeKey } from "./revoke-key.tsx";

export function KeyRow({ view }: { readonly view: KeyView }) {
  const { id, name, owner, role, labels, requestsPerMinute, concurrency } = view;
  const { createdAt, lastUsedAt, revokedAt } = view;
  const isOwn = useQuery(sessionQuery).data?.keyId === id;
  return (
    <li className={classNames(styles["key"], revokedAt !== null && styles["over"])} data-row data-key={id}>
      <div className={styles["name"]}>
        <h3>{name}</h3>
        <code>{id}…</code>
      </div>
      <div className={styles["badges"]}>
        <RoleBadge role={role} />
        {isOwn && <Badge tone="good">yours</Badge>}
        {revokedAt !== null && <Badge tone="bad">revoked</Badge>}
        <LabelBadges labels={labels} />
      </div>
      <dl className={styles["facts"]}>
        <div>
          <dt>Owner</dt>
          <dd>{owner}</dd>
        </div>
        <div>
          <dt>Limits</dt>
          <dd>{limitsOf(requestsPerMinute, concurrency)}</dd>
        </div>
        <div>
          <dt>Made</dt>
          <dd>
            <RelativeTime at={createdAt} />
          </dd>
        </div>
        <div>
          <dt>{revokedAt === null ? "Last used" : "Revoked"}</dt>
          <dd>{revokedAt === null ? <LastUse at={lastUsedAt} /> : <RelativeTime at={revokedAt} />}</dd>
        </div>
      </dl>
      <div className={styles["actions"]}>
        <Link to="/settings" search={{ tab: "audit", actor: id, scope: "all" }}>
          What it did
        </Link>
        {revokedAt === null && <RevokeKey view={view} isOwn={isOwn} />}
      </div>
    </li>
  );
}

function LastUse({ at }: { readonly at: string | null }) {
  return at === null ? "never" : <RelativeTime at={at} />;
}

function limitsOf(requestsPerMinute: number | null, concurrency: number | null): string {
  const parts = [
    requestsPerMinute === null ? null : `${requestsPerMinute.toLocaleString("en-US")} requests a minute`,
    concurrency === null ? null : `${concurrency} tasks at a time`,
  ].filter((part) => part !== null);
  return parts.length === 0 ? "none" : parts.join(", ");
}
