import { useQuery } from "@tanstack/react-query";
import { Play, ScanSearch } from "lucide-react";
import { useState } from "react";
import type { BatchEstimate } from "../../../../src/contracts/batches.ts";
import type { BatchWish } from "../../api/batch-actions.ts";
import { estimateQuery } from "../../api/batch-plans.ts";
import { Button } from "../../components/button.tsx";
import { Field } from "../../components/field.tsx";
import { formatDuration, formatElapsed } from "../../components/format-time.ts";
import { Money } from "../../components/money.tsx";
import { Notice } from "../../components/notice.tsx";
import { TextInput } from "../../components/text-input.tsx";
import { basisWords, rangeWords } from "./cost-words.ts";
import styles from "./plan-panel.module.css";
import { RuleFields } from "./rule-fields.tsx";
import { NO_RULES, rulesOf } from "./start-rules.ts";

interface PlanPanelProps {
  readonly plan: { readonly wish: BatchWish } | { readonly lacks: string };
  readonly sample: number | undefined;
  readonly canStart: boolean;
  readonly isStarting: boolean;
  readonly onSample: (sample: number | undefined) => void;
  readonly onDryRun: (wish: BatchWish) => void;
  readonly onStart: (wish: BatchWish) => void;
}

const MS = 1000;
const NO_WISH: BatchWish = { workflow: "none" };

/** What it comes to: how many, how long, how much; and what begins it. */
export function PlanPanel(props: PlanPanelProps) {
  const { plan, sample, canStart, isStarting, onSample, onDryRun, onStart } = props;
  const wish = "wish" in plan ? plan.wish : null;
  const { data, error, isFetching } = useQuery({ ...estimateQuery(wish ?? NO_WISH), enabled: wish !== null });
  const isGood = wish !== null && error === null;
  const [texts, setTexts] = useState(NO_RULES);
  const rules = rulesOf(texts);
  return (
    <aside className={styles["plan"]} aria-label="What it comes to">
      <Field label="Sample" hint="So many pictures only, spread evenly over all; empty = all.">
        {(attributes) => (
          <TextInput
            {...attributes}
            type="number"
            min={1}
            placeholder="all"
            value={sample ?? ""}
            onChange={({ target }) => {
              const wanted = Math.floor(Number(target.value));
              onSample(target.value === "" || wanted < 1 ? undefined : wanted);
            }}
          />
        )}
      </Field>
      {"lacks" in plan && <p className={styles["lacks"]}>{plan.lacks}</p>}
      {wish !== null && error !== null && <Notice isAlert>{error.message}</Notice>}
      {isGood && <Estimate estimate={data} isFetching={isFetching} />}
      <RuleFields rules={texts} onRules={setTexts} />
      <div className={styles["buttons"]}>
        <Button
          icon={ScanSearch}
          disabled={!isGood || !canStart}
          onClick={() => wish !== null && onDryRun(wish)}
        >
          Dry run
        </Button>
        <Button
          look="primary"
          icon={Play}
          disabled={!isGood || !canStart || isStarting || rules === null || data?.pictures === 0}
          onClick={() => wish !== null && onStart({ ...wish, ...rules })}
        >
          {data === undefined || !isGood ? "Begin" : `Begin with ${data.pictures}`}
        </Button>
      </div>
      <p className={styles["quiet"]}>
        {canStart
          ? "A dry run detects only and paints nothing. Begin is the only thing that changes anything."
          : "Your key may look, not begin: that takes the role operator."}
      </p>
    </aside>
  );
}

interface EstimateProps {
  readonly estimate: BatchEstimate | undefined;
  readonly isFetching: boolean;
}

function Estimate({ estimate, isFetching }: EstimateProps) {
  const { pictures, of = 0, ignored = 0, unmatched = [], recent, seconds, cost = null } = estimate ?? {};
  const { paid = null } = estimate ?? {};
  return (
    <div className={styles["estimate"]} aria-busy={isFetching}>
      <dl>
        <div>
          <dt>Pictures</dt>
          <dd data-estimate="pictures">
            {pictures ?? "…"}
            {pictures !== undefined && of > pictures && <small> of {of}</small>}
          </dd>
        </div>
        <div>
          <dt>About</dt>
          <dd>{seconds === undefined || seconds === null ? "–" : formatElapsed(seconds * MS)}</dd>
        </div>
        <div className={paid === null ? undefined : styles["range"]}>
          <dt>Cost</dt>
          <dd data-estimate="cost">{paid === null ? <Money amount={cost} /> : rangeWords(paid)}</dd>
        </div>
      </dl>
      <p className={styles["quiet"]}>
        {recent === null && "How long is not known: this workflow has not been run yet."}
        {recent !== null &&
          recent !== undefined &&
          `Going by the last ${recent.runs === 1 ? "run" : `${recent.runs} runs`}: ${formatDuration(recent.secondsPerPicture * MS)} of work for a picture.`}
        {ignored === 1 && " One file is no picture by extension and is left out."}
        {ignored > 1 && ` ${ignored} files are no pictures by extension and are left out.`}
      </p>
      {paid !== null && <p className={styles["quiet"]}>{basisWords(paid)}</p>}
      {unmatched.length > 0 && (
        <Notice tone="warn">
          {unmatched.length === 1 ? "One row" : `${unmatched.length} rows`} of the table are about no picture:{" "}
          {unmatched
            .slice(0, 3)
            .map(({ line, file }) => `${file} (line ${line})`)
            .join(", ")}
          {unmatched.length > 3 && " …"}
        </Notice>
      )}
    </div>
  );
}
