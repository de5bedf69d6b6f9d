import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import type { WorkflowDetail } from "../../../../src/contracts/api.ts";
import { workflowUsageQuery } from "../../api/workflows.ts";
import { Page } from "../../components/page.tsx";
import { Tabs } from "../../components/tabs.tsx";
import { OriginBadge } from "../workflows/origin-badge.tsx";
import { NEW_NAME } from "./new-workflow.ts";
import { ConflictNotice } from "./saving/conflict-notice.tsx";
import { LeaveGuard } from "./saving/leave-guard.tsx";
import { NameDialog } from "./saving/name-dialog.tsx";
import { type Base, useDraft } from "./saving/use-draft.ts";
import { useSaveFlow } from "./saving/use-save-flow.ts";
import type { TrialChoice } from "./trial/trial-tab.tsx";
import { useWorkflowCheck } from "./use-workflow-check.ts";
import { WorkflowActions } from "./workflow-actions.tsx";
import { WorkflowFacts } from "./workflow-facts.tsx";
import type { WorkflowSearch, WorkflowTab } from "./workflow-search.ts";
import { tabsOf } from "./workflow-tabs.tsx";

interface WorkflowViewProps {
  readonly name: string;
  /** Null for one that was never saved. */
  readonly known: WorkflowDetail | null;
  readonly base: Base;
  readonly search: WorkflowSearch;
}

const NO_TRIAL: TrialChoice = { picture: null, texts: {} };

/** One draft for all tabs: what is typed is what is tried, and a version that is used again is typed for one. */
export function WorkflowView({ name, known, base, search }: WorkflowViewProps) {
  const navigate = useNavigate();
  const draft = useDraft(base);
  const check = useWorkflowCheck(draft.text);
  const flow = useSaveFlow(name, draft, check);
  const [trial, setTrial] = useState(NO_TRIAL);
  const { data: used } = useQuery(workflowUsageQuery);
  const usage = used?.workflows.find((one) => one.name === name) ?? null;
  const go = (next: WorkflowSearch) =>
    void navigate({ to: "/workflows/$name", params: { name }, search: next, resetScroll: false });
  const tab = search.tab ?? "definition";
  const tabs = tabsOf({ name, known, search, draft, check, flow, trial, onTrial: setTrial, go });
  return (
    <Page
      title={known === null ? "New workflow" : name}
      aside={known === null ? undefined : <OriginBadge origin={known.origin} version={known.version} />}
      crumbs={[{ title: "Workflows", to: "/workflows" }]}
      actions={<WorkflowActions name={name} known={known} draft={draft} flow={flow} />}
    >
      {flow.error !== null && flow.copy === null && (
        <ConflictNotice
          name={name}
          error={flow.error}
          onOverwrite={flow.overwrite}
          onCompare={() => go({ tab: "versions" })}
        />
      )}
      {known !== null && <WorkflowFacts workflow={known} usage={usage} />}
      <Tabs<WorkflowTab>
        label={known === null ? "New workflow" : name}
        tabs={tabs}
        chosen={tabs.some(({ id }) => id === tab) ? tab : "definition"}
        onChoose={(id) => go(id === "definition" ? {} : { tab: id, ...keptOf(search, id) })}
      />
      {flow.copy !== null && (
        <NameDialog
          {...flow.copy}
          error={flow.error}
          isBusy={flow.isBusy}
          onSave={flow.saveCopy}
          onClose={flow.cancelCopy}
        />
      )}
      <LeaveGuard name={name === NEW_NAME ? "this workflow" : name} isChanged={draft.isChanged} />
    </Page>
  );
}

/** A run that was started stays in sight whichever tab was looked at meanwhile. */
function keptOf({ run }: WorkflowSearch, tab: WorkflowTab): WorkflowSearch {
  return tab === "try" && run !== undefined ? { run } : {};
}
