import { setDiagnostics } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { useEffect, useRef } from "react";
import { diagnosticOf, type Mark, offsetOf } from "./diagnostics.ts";
import { editorExtensions } from "./editor-extensions.ts";
import { openInShadow } from "./open-in-shadow.ts";
import type { EditorKnowledge } from "./suggestions.ts";
import styles from "./workflow-editor.module.css";

/** A place to go to; another `at` means to go there again. */
export interface Jump {
  readonly line: number;
  readonly column: number;
  readonly at: number;
}

interface WorkflowEditorProps {
  readonly label: string;
  readonly text: string;
  readonly onChange: (text: string) => void;
  /** The offset of the cursor, whenever it moved. */
  readonly onCursor: (offset: number) => void;
  readonly onSave: () => void;
  readonly marks: readonly Mark[];
  readonly jump: Jump | null;
  /** Null until it is loaded: then nothing is suggested. */
  readonly knowledge: EditorKnowledge | null;
}

/** A text of the workflow language, with completion, explanations, and what is wrong with it underlined. */
export function WorkflowEditor(props: WorkflowEditorProps) {
  const { text, marks, jump } = props;
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const latest = useRef(props);
  /** Texts that the page was told and has not yet shown to have heard of. */
  const told = useRef(new Set<string>());
  latest.current = props;

  useEffect(() => {
    if (host.current === null) return;
    const { label, text: first } = latest.current;
    const extensions = editorExtensions({
      label,
      knowledge: () => latest.current.knowledge,
      onChange: (next) => {
        told.current.add(next);
        latest.current.onChange(next);
      },
      onCursor: (offset) => latest.current.onCursor(offset),
      onSave: () => latest.current.onSave(),
    });
    const opened = openInShadow(
      host.current,
      (place) => new EditorView({ ...place, state: EditorState.create({ doc: first, extensions }) }),
    );
    view.current = opened;
    return () => {
      opened.destroy();
      view.current = null;
    };
  }, []);

  useEffect(() => {
    const editor = view.current;
    if (editor === null) return;
    if (editor.state.doc.toString() === text) {
      told.current.clear();
      return;
    }
    /* The page hears of a key after the next one was typed: what it was told is not what it wants. */
    if (told.current.has(text)) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: text } });
  }, [text]);

  useEffect(() => {
    const editor = view.current;
    if (editor === null) return;
    const diagnostics = marks.map((mark) => diagnosticOf(editor.state.doc, mark));
    editor.dispatch(
      setDiagnostics(
        editor.state,
        diagnostics.sort((one, other) => one.from - other.from),
      ),
    );
  }, [marks]);

  useEffect(() => {
    const editor = view.current;
    if (editor === null || jump === null) return;
    const anchor = offsetOf(editor.state.doc, jump);
    editor.dispatch({
      selection: { anchor },
      effects: EditorView.scrollIntoView(anchor, { y: "center" }),
    });
    editor.focus();
  }, [jump]);

  return <div ref={host} className={styles["editor"]} />;
}
