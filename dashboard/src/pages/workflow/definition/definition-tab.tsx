import { lazy, Suspense, useCallback, useMemo, useState } from "react";
import { Panel } from "../../../components/panel.tsx";
import { Skeleton } from "../../../components/skeleton.tsx";
import { graphHeight } from "../../../components/step-graph/graph-layout.ts";
import type { Jump } from "../../../components/workflow-editor/workflow-editor.tsx";
import type { TextCheck } from "../use-workflow-check.ts";
import { CheckLine } from "./check-line.tsx";
import styles from "./definition.module.css";
import { FaultList } from "./fault-list.tsx";
import { marksOf } from "./marks-of.ts";
import { placeOfStep, stepAt } from "./step-lines.ts";
import { useKnowledge } from "./use-knowledge.ts";

/* Editor and graph are each larger than all the rest of the page. */
const WorkflowEditor = lazy(async () => ({
  default: (await import("../../../components/workflow-editor/workflow-editor.tsx")).WorkflowEditor,
}));
const OutlineGraph = lazy(async () => ({ default: (await import("./outline-graph.tsx")).OutlineGraph }));

interface DefinitionTabProps {
  readonly text: string;
  readonly onChange: (text: string) => void;
  readonly onSave: () => void;
  readonly check: TextCheck;
}

/** The text and, beside it, what it comes to: its steps as they are typed, and what is wrong. */
export function DefinitionTab({ text, onChange, onSave, check }: DefinitionTabProps) {
  const { answer, outline, isBehind } = check;
  const [cursor, setCursor] = useState(0);
  const [jump, setJump] = useState<Jump | null>(null);
  const marks = useMemo(() => (answer === null ? [] : marksOf(answer)), [answer]);
  const go = ({ line, column }: { readonly line: number; readonly column: number }) =>
    setJump((last) => ({ line, column, at: (last?.at ?? 0) + 1 }));
  const goToStep = useCallback(
    (id: string) => {
      const place = placeOfStep(text, id);
      if (place !== null) setJump((last) => ({ ...place, at: (last?.at ?? 0) + 1 }));
    },
    [text],
  );
  return (
    <div className={styles["columns"]}>
      <Panel title="Text" aside={<CheckLine check={check} marks={marks} onGo={go} />}>
        <Suspense fallback={<div className={styles["editor"]} />}>
          <WorkflowEditor
            label="The text of this workflow"
            text={text}
            onChange={onChange}
            onCursor={setCursor}
            onSave={onSave}
            marks={marks}
            jump={jump}
            knowledge={useKnowledge(outline)}
          />
        </Suspense>
      </Panel>
      <div className={styles["side"]}>
        <Panel
          title="Steps"
          aside={
            answer !== null && answer.outline === null && outline !== null && !isBehind ? (
              <span className={styles["quiet"]}>as they were before the faults</span>
            ) : undefined
          }
        >
          {outline === null ? (
            <p className={styles["nothing"]}>
              {answer === null ? "…" : "They are drawn as soon as the text has no faults."}
            </p>
          ) : (
            <Suspense
              fallback={
                <div style={{ height: graphHeight(outline.steps) }}>
                  <Skeleton width="100%" height="100%" />
                </div>
              }
            >
              <OutlineGraph steps={outline.steps} chosen={stepAt(text, cursor)} onChoose={goToStep} />
            </Suspense>
          )}
        </Panel>
        {marks.length > 0 && (
          <Panel title="To mend">
            <FaultList marks={marks} onGo={go} />
          </Panel>
        )}
      </div>
    </div>
  );
}
