import type { WorkflowCheck } from "../../../../../src/contracts/workflow-library.ts";
import type { Mark } from "../../../components/workflow-editor/diagnostics.ts";

/** All that the server says of a text, by place: faults, and what hinders a good text from being executed here. */
export function marksOf({ faults, problem }: Pick<WorkflowCheck, "faults" | "problem">): readonly Mark[] {
  const errors = faults.map(({ line, column, path, message }): Mark => {
    const text = path === "" ? message : `${path}: ${message}`;
    return { line, column, message: text, severity: "error" };
  });
  const warnings = problem === null ? [] : problem.message.split("\n").map(warningOf);
  return [...errors, ...warnings];
}

/** `workflow:12:5 steps[1].model: what`, or what without a place, which stands at the beginning then. */
function warningOf(text: string): Mark {
  const [, line = "1", column = "1", message = text] = /^workflow:(\d+):(\d+) +(.*)$/s.exec(text) ?? [];
  return { line: Number(line), column: Number(column), message, severity: "warning" };
}
