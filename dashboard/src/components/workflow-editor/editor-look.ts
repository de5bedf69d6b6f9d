import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import { Decoration, EditorView, MatchDecorator, ViewPlugin, type ViewUpdate } from "@codemirror/view";
import { tags } from "@lezer/highlight";

/* The page's own colours: properties that are set outside are known within a shadow root, too. */

const COLOURS = HighlightStyle.define([
  { tag: tags.definition(tags.propertyName), color: "var(--accent)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--tone-good)" },
  { tag: tags.lineComment, color: "var(--text-quiet)", fontStyle: "italic" },
  { tag: [tags.labelName, tags.typeName, tags.keyword], color: "var(--tone-person)" },
  { tag: [tags.separator, tags.punctuation, tags.squareBracket, tags.brace], color: "var(--text-quiet)" },
]);

const THEME = EditorView.theme({
  "&": { height: "100%", color: "var(--text)", backgroundColor: "var(--surface)", fontSize: "var(--text-s)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.6" },
  ".cm-content": { padding: "var(--space-3) 0", caretColor: "var(--text)" },
  ".cm-line": { padding: "0 var(--space-4) 0 var(--space-2)" },
  ".cm-gutters": {
    backgroundColor: "var(--surface)",
    color: "var(--text-quiet)",
    borderRight: "1px solid var(--line)",
    fontSize: "var(--text-xs)",
  },
  ".cm-activeLine, .cm-activeLineGutter": {
    backgroundColor: "color-mix(in srgb, var(--sunken) 60%, transparent)",
  },
  ".cm-cursor": { borderLeftColor: "var(--text)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    background: "color-mix(in srgb, var(--accent) 25%, transparent)",
  },
  ".cm-matchingBracket, &.cm-focused .cm-matchingBracket": { backgroundColor: "var(--accent-soft)" },
  ".cm-reference": { color: "var(--tone-reused)" },
  ".cm-tooltip": {
    maxWidth: "min(32rem, 90vw)",
    overflow: "hidden",
    border: "1px solid var(--line)",
    borderRadius: "var(--radius-m)",
    backgroundColor: "var(--surface)",
    color: "var(--text)",
    boxShadow: "var(--shadow)",
    fontFamily: "var(--font)",
    fontSize: "var(--text-s)",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--mono)", maxHeight: "16rem" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "var(--space-1) var(--space-3)" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": {
    backgroundColor: "var(--accent-soft)",
    color: "var(--text)",
  },
  ".cm-completionDetail": { color: "var(--text-quiet)", fontStyle: "normal", fontSize: "var(--text-xs)" },
  ".cm-completionMatchedText": { color: "var(--accent)", textDecoration: "none", fontWeight: "600" },
  ".cm-tooltip.cm-completionInfo": { padding: "var(--space-2) var(--space-3)", lineHeight: "1.45" },
  ".cm-field": { display: "grid", gap: "var(--space-1)", padding: "var(--space-2) var(--space-3)" },
  ".cm-field code": { color: "var(--text-quiet)", fontFamily: "var(--mono)", fontSize: "var(--text-xs)" },
  ".cm-diagnostic": { padding: "var(--space-2) var(--space-3)", whiteSpace: "pre-wrap" },
  ".cm-diagnostic-error": { borderLeft: "3px solid var(--tone-bad)" },
  ".cm-diagnostic-warning": { borderLeft: "3px solid var(--tone-warn)" },
  ".cm-lintRange-error": {
    backgroundImage: "none",
    textDecoration: "underline wavy var(--tone-bad)",
    textUnderlineOffset: "3px",
  },
  ".cm-lintRange-warning": {
    backgroundImage: "none",
    textDecoration: "underline wavy var(--tone-warn)",
    textUnderlineOffset: "3px",
  },
  ".cm-lintPoint:after": { borderBottomColor: "var(--tone-bad)" },
  ".cm-gutter-lint": { width: "1rem" },
  ".cm-lint-marker": { width: "0.6rem", height: "0.6rem", borderRadius: "50%", marginTop: "0.35rem" },
  ".cm-lint-marker-error": { content: "none", backgroundColor: "var(--tone-bad)" },
  ".cm-lint-marker-warning": { content: "none", backgroundColor: "var(--tone-warn)" },
  ".cm-panels": {
    borderColor: "var(--line)",
    backgroundColor: "var(--sunken)",
    color: "var(--text)",
    fontFamily: "var(--font)",
  },
  ".cm-textfield": {
    border: "1px solid var(--line-strong)",
    borderRadius: "var(--radius-s)",
    backgroundColor: "var(--surface)",
    color: "var(--text)",
  },
  ".cm-button": {
    border: "1px solid var(--line-strong)",
    borderRadius: "var(--radius-s)",
    backgroundImage: "none",
    backgroundColor: "var(--surface)",
    color: "var(--text)",
  },
  ".cm-changedLine": { backgroundColor: "var(--tone-good-soft)" },
  ".cm-insertedLine .cm-changedText, .cm-changedText": {
    background: "color-mix(in srgb, var(--tone-good) 22%, transparent)",
  },
  ".cm-deletedChunk": { backgroundColor: "var(--tone-bad-soft)" },
  ".cm-deletedChunk .cm-deletedText": {
    background: "color-mix(in srgb, var(--tone-bad) 22%, transparent)",
    textDecoration: "none",
  },
  ".cm-changeGutter": { width: "3px", paddingLeft: "1px" },
  ".cm-changedLineGutter": { backgroundColor: "var(--tone-good)" },
  ".cm-deletedLineGutter": { backgroundColor: "var(--tone-bad)" },
  ".cm-collapsedLines": {
    border: "0",
    background: "var(--sunken)",
    color: "var(--text-quiet)",
    fontFamily: "var(--font)",
    fontSize: "var(--text-xs)",
  },
  ".cm-collapsedLines:before, .cm-collapsedLines:after": { content: "'⋯'" },
});

const references = new MatchDecorator({
  regexp: /(?<!\$)\$\{[^}\n]*\}/g,
  decoration: Decoration.mark({ class: "cm-reference" }),
});

/** Expressions are the language within the language: they stand out of the texts that hold them. */
const REFERENCES = ViewPlugin.define(
  (view) => ({
    decorations: references.createDeco(view),
    update(update: ViewUpdate) {
      this.decorations = references.updateDeco(update, this.decorations);
    },
  }),
  { decorations: (plugin) => plugin.decorations },
);

/** How texts of workflows look, wherever they are shown. */
export const EDITOR_LOOK: Extension = [
  THEME,
  syntaxHighlighting(COLOURS),
  REFERENCES,
  EditorView.lineWrapping,
];
