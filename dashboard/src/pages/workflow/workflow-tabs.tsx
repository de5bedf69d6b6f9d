import type { ReactNode } from "react";
import type { WorkflowDetail } from "../../../../src/contracts/api.ts";
import { DefinitionTab } from "./definition/definition-tab.tsx";
import type { Draft } from "./saving/use-draft.ts";
import type { SaveFlow } from "./saving/use-save-flow.ts";
import { type TrialChoice, TrialTab } from "./trial/trial-tab.tsx";
import type { TextCheck } from "./use-workflow-check.ts";
import { VersionsTab } from "./versions/versions-tab.tsx";
import type { WorkflowSearch, WorkflowTab } from "./workflow-search.ts";

interface TabsGiven {
  readonly name: string;
  /** Null for one that was never saved. */
  readonly known: WorkflowDetail | null;
  readonly search: WorkflowSearch;
  readonly draft: Draft;
  readonly check: TextCheck;
  readonly flow: SaveFlow;
  readonly trial: TrialChoice;
  readonly onTrial: (choice: TrialChoice) => void;
  readonly go: (search: WorkflowSearch) => void;
}

interface WorkflowTabItem {
  readonly id: WorkflowTab;
  readonly title: string;
  readonly content: ReactNode;
}

/** What there is of a workflow; one that was never saved has no versions. */
export function tabsOf(given: TabsGiven): readonly WorkflowTabItem[] {
  const { name, known, search, draft, check, flow, trial, onTrial, go } = given;
  const use = (source: string) => {
    draft.set(source);
    go({});
  };
  const definition: WorkflowTabItem = {
    id: "definition",
    title: draft.isChanged ? "Definition •" : "Definition",
    content: <DefinitionTab text={draft.text} onChange={draft.set} onSave={flow.save} check={check} />,
  };
  const versions: WorkflowTabItem = {
    id: "versions",
    title: "Versions",
    content: <VersionsTab name={name} search={search} onUse={use} />,
  };
  const tryIt: WorkflowTabItem = {
    id: "try",
    title: "Try it",
    content: (
      <TrialTab
        text={draft.text}
        savedName={known === null || draft.isChanged ? null : name}
        check={check}
        choice={trial}
        onChoose={onTrial}
        runUUID={search.run ?? null}
        onStarted={(run) => go({ tab: "try", run })}
      />
    ),
  };
  return known === null ? [definition, tryIt] : [definition, versions, tryIt];
}
