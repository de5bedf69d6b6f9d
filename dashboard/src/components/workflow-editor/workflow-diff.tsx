import { yaml } from "@codemirror/lang-yaml";
import { unifiedMergeView } from "@codemirror/merge";
import { EditorState } from "@codemirror/state";
import { EditorView, lineNumbers } from "@codemirror/view";
import { useEffect, useRef } from "react";
import { EDITOR_LOOK } from "./editor-look.ts";
import { openInShadow } from "./open-in-shadow.ts";
import styles from "./workflow-editor.module.css";

interface WorkflowDiffProps {
  readonly label: string;
  /** Null: the text alone, with nothing to compare it with. */
  readonly before: string | null;
  readonly after: string;
}

/** What changed from one text to the other; long stretches that did not are folded. */
export function WorkflowDiff({ label, before, after }: WorkflowDiffProps) {
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (host.current === null) return;
    const comparison =
      before === null
        ? []
        : unifiedMergeView({
            original: before,
            mergeControls: false,
            collapseUnchanged: { margin: 3, minSize: 6 },
          });
    const extensions = [
      lineNumbers(),
      yaml(),
      EditorState.readOnly.of(true),
      EditorView.editable.of(false),
      EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
      comparison,
      EDITOR_LOOK,
    ];
    const opened = openInShadow(
      host.current,
      (place) => new EditorView({ ...place, state: EditorState.create({ doc: after, extensions }) }),
    );
    return () => opened.destroy();
  }, [label, before, after]);
  return <div ref={host} className={styles["diff"]} />;
}
