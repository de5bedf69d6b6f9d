import { useState } from "react";
import { Duration } from "../../components/duration.tsx";
import { Money } from "../../components/money.tsx";
import { Panel } from "../../components/panel.tsx";
import { RelativeTime } from "../../components/relative-time.tsx";
import { Skeleton } from "../../components/skeleton.tsx";
import { Thumbnail } from "../../components/thumbnail.tsx";
import { Uuid } from "../../components/uuid.tsx";
import styles from "./gallery-page.module.css";

const NOBODYS = "00000000-0000-4000-8000-000000000000";
const AGES_MS = [0, 5 * 60_000, 3 * 3_600_000, 40 * 86_400_000];
const AMOUNTS = [null, 0, 0.0013, 12.5];

export function ValuesPanel() {
  const [now] = useState(Date.now);
  const before = (ageMs: number) => new Date(now - ageMs).toISOString();
  return (
    <Panel title="Values">
      <div className={styles["samples"]}>
        <Uuid value={NOBODYS} kind="sample" />
        <Uuid value={NOBODYS} kind="whole sample" isWhole />
      </div>
      <div className={styles["samples"]}>
        {AGES_MS.map((ageMs) => (
          <RelativeTime key={ageMs} at={before(ageMs)} />
        ))}
      </div>
      <div className={styles["samples"]}>
        <Duration from={null} to={null} />
        <Duration from={before(84)} to={before(0)} />
        <Duration from={before(125_000)} to={null} />
        {AMOUNTS.map((amount) => (
          <Money key={amount} amount={amount} />
        ))}
      </div>
      <div className={styles["samples"]}>
        <Thumbnail artifact={null} alt="" />
        <Thumbnail artifact={NOBODYS} alt="A picture that there is not" />
        <Skeleton width="8rem" />
      </div>
    </Panel>
  );
}
