import type { ImportedWorkflow } from "../../../../src/contracts/workflow-library.ts";
import { Disclosure } from "../../components/disclosure.tsx";
import styles from "./import-dialog.module.css";

const HEADINGS = {
  dropped: "Without an equivalent here",
  changed: "Works in another way here",
  hint: "Left to do",
} as const satisfies Record<ImportedWorkflow["notes"][number]["kind"], string>;

const TOOLS = { adetailer: "ADetailer", comfyui: "ComfyUI" } as const;

/** What became of the other tool's settings: the workflow itself, and what somebody who knows that tool should know. */
export function ImportNotes({ imported: { from, source, notes } }: { readonly imported: ImportedWorkflow }) {
  const kinds = Object.keys(HEADINGS) as (keyof typeof HEADINGS)[];
  return (
    <div className={styles["notes"]}>
      {notes.length === 0 && <p>Everything came along from {TOOLS[from]}.</p>}
      {kinds
        .map((kind) => ({ kind, found: notes.filter((note) => note.kind === kind) }))
        .filter(({ found }) => found.length > 0)
        .map(({ kind, found }) => (
          <section key={kind} data-notes={kind}>
            <h3>{HEADINGS[kind]}</h3>
            <ul>
              {found.map(({ path, message }) => (
                <li key={`${path} ${message}`}>
                  <code>{path}</code> {message}
                </li>
              ))}
            </ul>
          </section>
        ))}
      <Disclosure title="The workflow">
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and so must be reachable by keys */}
        <pre className={styles["yaml"]} tabIndex={0}>
          {source}
        </pre>
      </Disclosure>
    </div>
  );
}
