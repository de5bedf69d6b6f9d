import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import type { Spending, SpendingBy, SpendingRow } from "../../../../src/contracts/spending.ts";
import { useRole } from "../../api/use-role.ts";
import { formatMoney } from "../../components/format-money.ts";
import { Money } from "../../components/money.tsx";
import { Panel } from "../../components/panel.tsx";
import { Select } from "../../components/select.tsx";
import { shortId } from "../../components/short-id.ts";
import styles from "./spending.module.css";
import { GROUPINGS, OF_OWNERS } from "./spending-search.ts";

/** Where rows come to more than the sum. */
const SEVERAL: Partial<Record<SpendingBy, string>> = {
  tag: "A run with several tags is in several rows.",
  label: "What an owner with several labels spent is in several rows.",
};

/** The same money by what it was spent on, the largest first. */
export function GroupsPanel({ spending }: { readonly spending: Spending }) {
  const { by, rows, total, isCut } = spending;
  const most = rows[0]?.cost ?? 0;
  return (
    <Panel title="By what" aside={<GroupingChoice />}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be within reach of keys */}
      <section className={styles["scroll"]} tabIndex={0} aria-label="What was spent, as a table">
        <table className={styles["rows"]}>
          <caption className="visually-hidden">{`What was spent by ${by}`}</caption>
          <thead>
            <tr>
              <th scope="col">{GROUPINGS.find(({ value }) => value === by)?.label}</th>
              <th scope="col">Spent</th>
              <th scope="col">Share</th>
              <th scope="col">Lost</th>
              <th scope="col">Made again</th>
              <th scope="col">Calls</th>
              <th scope="col">Runs</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <Row key={row.key ?? ""} by={by} row={row} most={most} total={total.cost} />
            ))}
          </tbody>
        </table>
      </section>
      {isCut && <p className={styles["note"]}>Only the {rows.length} largest are listed.</p>}
      {SEVERAL[by] !== undefined && <p className={styles["note"]}>{SEVERAL[by]}</p>}
    </Panel>
  );
}

function GroupingChoice() {
  const search = useSearch({ from: "/shell/spending" });
  const navigate = useNavigate();
  const isAdmin = useRole("admin");
  const { by = "provider", ...rest } = search;
  const options = GROUPINGS.filter(
    ({ value }) => !OF_OWNERS.has(value) || (isAdmin && search.scope === "all"),
  );
  return (
    <span className={styles["grouping"]}>
      <Select
        aria-label="Group by"
        value={by}
        options={options}
        onChoose={(value) =>
          void navigate({
            to: "/spending",
            search: value === "provider" ? rest : { ...rest, by: value as SpendingBy },
            replace: true,
            resetScroll: false,
          })
        }
      />
    </span>
  );
}

interface RowProps {
  readonly by: SpendingBy;
  readonly row: SpendingRow;
  readonly most: number;
  readonly total: number;
}

function Row({ by, row, most, total }: RowProps) {
  const { cost, lost, again, calls, runs, limit } = row;
  const share = total === 0 ? 0 : (100 * cost) / total;
  return (
    <tr data-key={row.key ?? ""}>
      <th scope="row">
        <Name by={by} row={row} />
        {limit !== null && <Limit cost={cost} limit={limit} />}
      </th>
      <td>
        <Money amount={cost} />
      </td>
      <td className={styles["share"]} title={`${share.toFixed(1)} % of all`}>
        <span style={{ width: `${most === 0 ? 0 : (100 * cost) / most}%` }} />
      </td>
      <td>{lost === 0 ? "–" : <Money amount={lost} />}</td>
      <td>{again === 0 ? "–" : <Money amount={again} />}</td>
      <td>{calls.toLocaleString("en-US")}</td>
      <td>{runs.toLocaleString("en-US")}</td>
    </tr>
  );
}

const NOTHING: Partial<Record<SpendingBy, string>> = { tag: "Without a tag", label: "Without a label" };

/** Leads to the runs that cost it, where there is a list of them. */
function Name({ by, row: { key, label } }: { readonly by: SpendingBy; readonly row: SpendingRow }) {
  if (key === null) return <span className={styles["none"]}>{NOTHING[by] ?? "None"}</span>;
  if (by === "batch") {
    return (
      <Link to="/batches/$uuid" params={{ uuid: key }}>
        {label} <code>{shortId(key)}</code>
      </Link>
    );
  }
  if (by === "workflow") {
    return (
      <Link to="/runs" search={{ workflow: key }}>
        {key}
      </Link>
    );
  }
  return <span>{key}</span>;
}

/** What a batch may cost at most, and how near it is. */
function Limit({ cost, limit }: { readonly cost: number; readonly limit: number }) {
  return (
    <span className={styles["limit"]}>
      <meter
        min={0}
        max={limit}
        high={limit * 0.9}
        value={Math.min(cost, limit)}
        aria-label={`${formatMoney(cost)} of at most ${formatMoney(limit)}`}
      />
      of {formatMoney(limit)}
    </span>
  );
}
