import type { Spending } from "../../../../src/contracts/spending.ts";
import { formatMoney } from "../../components/format-money.ts";
import { Panel } from "../../components/panel.tsx";
import styles from "./days-chart.module.css";

const date = new Intl.DateTimeFormat("en", { day: "numeric", month: "short", timeZone: "UTC" });
const nameOf = (day: string) => date.format(new Date(`${day}T00:00:00Z`));

/** What each day cost, from below: what was of use, what was made again, what was lost. */
export function DaysChart({ days }: Pick<Spending, "days">) {
  const most = Math.max(...days.map(({ cost }) => cost));
  const part = (amount: number) => ({ height: `${most === 0 ? 0 : (100 * amount) / most}%` });
  const legend = (
    <ul className={styles["legend"]}>
      <li className={styles["isUsed"]}>Of use</li>
      <li className={styles["isAgain"]}>Made again</li>
      <li className={styles["isLost"]}>Lost</li>
    </ul>
  );
  return (
    <Panel title="By day" aside={legend}>
      <figure className={styles["chart"]}>
        <p className={styles["most"]}>{formatMoney(most)}</p>
        <ol className={styles["bars"]} aria-label="What each day cost">
          {days.map(({ day, cost, lost, again, calls }) => (
            <li
              key={day}
              className={styles["day"]}
              title={`${nameOf(day)}: ${formatMoney(cost)} for ${calls} calls`}
            >
              <span className="visually-hidden">{`${nameOf(day)}: ${formatMoney(cost)}`}</span>
              <span className={styles["lost"]} style={part(lost)} />
              <span className={styles["again"]} style={part(again)} />
              <span className={styles["used"]} style={part(Math.max(0, cost - lost - again))} />
            </li>
          ))}
        </ol>
        <figcaption>
          <span>{nameOf(days[0]?.day ?? "")}</span>
          <span>today</span>
        </figcaption>
      </figure>
    </Panel>
  );
}
