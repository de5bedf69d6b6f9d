import {
  autocompletion,
  type Completion,
  type CompletionContext,
  type CompletionResult,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
  startCompletion,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import { bracketMatching, indentOnInput, indentUnit } from "@codemirror/language";
import { lintGutter, lintKeymap } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { EditorState, type Extension } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  hoverTooltip,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { EDITOR_LOOK } from "./editor-look.ts";
import { type EditorKnowledge, explainAt, suggestAt } from "./suggestions.ts";

/** What the page gives an editor that is open; read whenever it is needed, since it changes while the editor stays. */
export interface EditorHost {
  readonly label: string;
  readonly knowledge: () => EditorKnowledge | null;
  readonly onChange: (text: string) => void;
  readonly onCursor: (offset: number) => void;
  readonly onSave: () => void;
}

/** All that makes a text field an editor of workflows. */
export function editorExtensions(host: EditorHost): Extension {
  return [
    lineNumbers(),
    lintGutter(),
    highlightActiveLine(),
    highlightActiveLineGutter(),
    highlightSelectionMatches(),
    history(),
    drawSelection(),
    indentOnInput(),
    indentUnit.of("  "),
    EditorState.tabSize.of(2),
    bracketMatching(),
    closeBrackets(),
    search({ top: true }),
    yaml(),
    autocompletion({ override: [completionSource(host)], icons: false }),
    hoverSource(host),
    keymap.of([
      { key: "Mod-s", preventDefault: true, run: saveWith(host) },
      ...closeBracketsKeymap,
      ...defaultKeymap,
      ...searchKeymap,
      ...historyKeymap,
      ...completionKeymap,
      ...lintKeymap,
      indentWithTab,
    ]),
    EditorView.contentAttributes.of({
      "aria-label": host.label,
      "aria-description": "Escape and then Tab leaves the editor.",
      spellcheck: "false",
      tabindex: "0",
      autocapitalize: "off",
    }),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) host.onChange(update.state.doc.toString());
      if (update.docChanged || update.selectionSet) host.onCursor(update.state.selection.main.head);
    }),
    EDITOR_LOOK,
  ];
}

const VALID = /^[\w.:@-]*$/;

const completionSource =
  ({ knowledge }: EditorHost) =>
  ({ state, pos, explicit }: CompletionContext): CompletionResult | null => {
    const known = knowledge();
    if (known === null) return null;
    const text = state.doc.toString();
    const found = suggestAt(text, pos, known);
    /* Nothing is typed and nothing is asked: a list that comes by itself would be in the way. */
    const isQuiet = !explicit && found?.from === pos && !/[.{]$/.test(text.slice(0, pos));
    if (found === null || isQuiet) return null;
    return { from: found.from, options: found.options.map(completionOf), validFor: VALID };
  };

function completionOf({ label, detail, info, text, kind }: ReturnType<typeof optionsOf>[number]): Completion {
  return {
    label,
    detail,
    ...(info === "" ? {} : { info }),
    apply(view, _completion, from, to) {
      view.dispatch({
        changes: { from, to, insert: text },
        selection: { anchor: from + text.length },
        userEvent: "input.complete",
      });
      /* A name is followed by a value, and some of them are known. */
      if (kind === "field" && text.endsWith(" ")) startCompletion(view);
    },
  };
}

const optionsOf = (found: NonNullable<ReturnType<typeof suggestAt>>) => found.options;

const hoverSource = ({ knowledge }: EditorHost) =>
  hoverTooltip((view, offset) => {
    const known = knowledge();
    const found = known === null ? null : explainAt(view.state.doc.toString(), offset, known);
    if (found === null) return null;
    return {
      pos: offset,
      above: true,
      create: () => ({ dom: describeField(found) }),
    };
  });

function describeField({ type, description }: NonNullable<ReturnType<typeof explainAt>>): HTMLElement {
  const dom = document.createElement("div");
  dom.className = "cm-field";
  const text = document.createElement("span");
  text.textContent = description;
  const kind = document.createElement("code");
  kind.textContent = type;
  dom.append(text, kind);
  return dom;
}

const saveWith =
  ({ onSave }: EditorHost) =>
  (): boolean => {
    onSave();
    return true;
  };
