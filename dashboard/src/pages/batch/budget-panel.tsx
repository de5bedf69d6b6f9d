import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Pencil } from "lucide-react";
import { useState } from "react";
import type { BatchView } from "../../../../src/contracts/api.ts";
import { batchSettingsQuery } from "../../api/batches.ts";
import { Button } from "../../components/button.tsx";
import { formatMoney } from "../../components/format-money.ts";
import { Panel } from "../../components/panel.tsx";
import { BudgetDialog } from "./budget-dialog.tsx";
import styles from "./budget-panel.module.css";

type Budget = NonNullable<BatchView["budget"]>;

interface BudgetPanelProps {
  readonly batch: BatchView;
  readonly canChange: boolean;
}

const NOTHING: Budget = { maxCost: null, spent: 0, reserved: 0, held: 0, uncertain: 0 };

/** What the batch's calls to providers cost so far, against what they may. Where it calls nobody there is nothing to say. */
export function BudgetPanel({ batch, canChange }: BudgetPanelProps) {
  const { data: settings } = useQuery(batchSettingsQuery(batch.batchUUID));
  const [isOpen, setIsOpen] = useState(false);
  const calls = settings?.models.some(({ provider }) => provider !== null && provider !== "local") === true;
  if (batch.budget === null && !calls) return null;
  const budget = batch.budget ?? NOTHING;
  const change = (
    <Button icon={Pencil} onClick={() => setIsOpen(true)}>
      {budget.maxCost === null ? "Set a limit" : "Change the limit"}
    </Button>
  );
  return (
    <Panel title="Calls to providers" aside={canChange && change}>
      <div className={styles["budget"]} data-budget={batch.batchUUID}>
        <Sums {...budget} />
        <Waiting batchUUID={batch.batchUUID} {...budget} />
      </div>
      {isOpen && (
        <BudgetDialog batchUUID={batch.batchUUID} budget={budget} onClose={() => setIsOpen(false)} />
      )}
    </Panel>
  );
}

const PERCENT = 100;

function Sums({ maxCost, spent, reserved }: Budget) {
  const share = (amount: number) => ({
    width: `${maxCost === null ? 0 : (PERCENT * amount) / Math.max(maxCost, spent + reserved, Number.EPSILON)}%`,
  });
  return (
    <>
      <p className={styles["sums"]}>
        <strong>{formatMoney(spent)}</strong> spent
        {reserved > 0 && (
          <>
            {" "}
            and <strong>{formatMoney(reserved)}</strong> reserved
          </>
        )}
        {maxCost === null ? ", without a limit of the batch" : ` of ${formatMoney(maxCost)}`}
      </p>
      {maxCost !== null && (
        /* The sentence above says the same. */
        <span className={styles["track"]} aria-hidden>
          <span className={styles["spent"]} style={share(spent)} />
          <span className={styles["reserved"]} style={share(reserved)} />
        </span>
      )}
    </>
  );
}

function Waiting({ batchUUID, held, uncertain }: Budget & { readonly batchUUID: string }) {
  if (held + uncertain === 0) return null;
  const parts = [
    held > 0 && `${held} held until there is money`,
    uncertain > 0 && `${uncertain} perhaps billed, for you to decide`,
  ];
  return (
    <p className={styles["sums"]}>
      <Link to="/providers" search={{ batch: batchUUID }}>
        {held + uncertain === 1 ? "1 task waits" : `${held + uncertain} tasks wait`}
      </Link>
      : {parts.filter(Boolean).join(", ")}
    </p>
  );
}
