import { HandCoins } from "lucide-react";
import { useCallback, useState, useSyncExternalStore } from "react";
import type { QueueView } from "../../../../src/contracts/actions.ts";
import type { ProviderView } from "../../../../src/contracts/provider-list.ts";
import { useRole } from "../../api/use-role.ts";
import { Badge } from "../../components/badge.tsx";
import { Button } from "../../components/button.tsx";
import { serverNow, subscribeToClock } from "../../components/clock.ts";
import { ProviderBudgets } from "../../components/provider-budgets.tsx";
import { RowHead } from "../../components/row-head.tsx";
import { StatusBadge } from "../../components/status-badge.tsx";
import { Heard } from "./heard.tsx";
import { LimitsDialog } from "./limits-dialog.tsx";
import { ParkedLink } from "./parked-link.tsx";
import { ProviderDetails } from "./provider-details.tsx";
import { ProviderFacts } from "./provider-facts.tsx";
import { providerState } from "./provider-state.ts";
import styles from "./providers.module.css";
import { TestButton } from "./test-button.tsx";

interface ProviderRowProps {
  readonly provider: ProviderView;
  /** Undefined while it is on its way. */
  readonly queue: QueueView | undefined;
}

const KINDS: Readonly<Record<ProviderView["kind"], string>> = {
  runware: "Runware API",
  comfyui: "ComfyUI",
  a1111: "A1111 web UI",
};

/** A provider: how it is, how much of it is used and for what, and what was heard of it last. */
export function ProviderRow({ provider, queue }: ProviderRowProps) {
  const { id, kind, url, budgets, parked } = provider;
  const mayTest = useRole("operator");
  const maySpend = useRole("admin");
  const [isLimiting, setIsLimiting] = useState(false);
  const read = useCallback(() => providerState(provider, serverNow()).id, [provider]);
  useSyncExternalStore(subscribeToClock, read);
  const state = providerState(provider, serverNow());
  return (
    <li className={styles["row"]} data-row data-provider={id} data-state={state.id}>
      <RowHead
        title={id}
        badges={
          <>
            <Badge tone={state.tone} icon={state.icon} title={state.meaning}>
              {state.word}
            </Badge>
            {queue?.paused === true && <StatusBadge status="paused" />}
          </>
        }
        notes={[`${KINDS[kind]} at ${url}`]}
        actions={
          <>
            {maySpend && provider.paid && (
              <Button icon={HandCoins} onClick={() => setIsLimiting(true)} aria-label={`Limits of ${id}`}>
                Limits
              </Button>
            )}
            {mayTest && <TestButton id={id} />}
          </>
        }
      />
      <ProviderFacts provider={provider} queue={queue} />
      <Heard provider={provider} />
      <ParkedLink provider={id} parked={parked} />
      {budgets.length > 0 && <ProviderBudgets budgets={budgets} isNameHidden />}
      <ProviderDetails provider={provider} />
      {isLimiting && <LimitsDialog provider={provider} onClose={() => setIsLimiting(false)} />}
    </li>
  );
}
