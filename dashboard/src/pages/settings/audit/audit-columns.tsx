import { Link } from "@tanstack/react-router";
import type { AuditEntryView } from "../../../../../src/contracts/audit.ts";
import { RelativeTime } from "../../../components/relative-time.tsx";
import { shortId } from "../../../components/short-id.ts";
import type { Column } from "../../../components/table.tsx";
import styles from "./audit.module.css";
import { detailText } from "./detail-text.ts";
import { pageOf } from "./target-page.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f-]{27}$/;

export const AUDIT_COLUMNS: readonly Column<AuditEntryView>[] = [
  { id: "at", title: "When", width: "minmax(5.5rem, 1fr)", cell: ({ at }) => <RelativeTime at={at} /> },
  {
    id: "actor",
    title: "Who",
    width: "minmax(0, 2fr)",
    isWideOnly: true,
    cell: (entry) => <Actor entry={entry} />,
  },
  {
    id: "action",
    title: "Did",
    width: "minmax(0, 3fr)",
    cell: ({ action }) => (
      <Link
        className={styles["action"]}
        to="/settings"
        search={(before) => ({ ...before, tab: "audit", action })}
        title="Only such entries"
      >
        {action}
      </Link>
    ),
  },
  { id: "target", title: "To", width: "minmax(0, 2fr)", cell: (entry) => <Target entry={entry} /> },
  {
    id: "detail",
    title: "More",
    width: "minmax(0, 4fr)",
    isWideOnly: true,
    cell: ({ detail }) => {
      const text = detailText(detail);
      return (
        <span className={styles["detail"]} title={text}>
          {text}
        </span>
      );
    },
  },
];

/** Beside the others where entries are of all owners. */
export const OWNER_COLUMN: Column<AuditEntryView> = {
  id: "owner",
  title: "Owner",
  width: "minmax(0, 1fr)",
  isWideOnly: true,
  cell: ({ owner }) => owner,
};

const THROUGH: Readonly<Record<string, string>> = {
  api: "without a key",
  cli: "command line",
  engine: "by itself",
};

function Actor({ entry: { via, key } }: { readonly entry: AuditEntryView }) {
  return (
    <Link
      className={styles["actor"]}
      to="/settings"
      search={(before) => ({ ...before, tab: "audit", actor: key?.id ?? via })}
      title={key === null ? `Through: ${via}` : `${key.id}, through: ${via}`}
    >
      {key === null ? (THROUGH[via] ?? via) : (key.name ?? key.id)}
    </Link>
  );
}

function Target({ entry }: { readonly entry: AuditEntryView }) {
  const { target } = entry;
  const page = pageOf(entry);
  const text = UUID.test(target) ? shortId(target) : target;
  return (
    <span className={styles["target"]} title={target}>
      {page === null ? text : <Link to={page}>{text}</Link>}
    </span>
  );
}
