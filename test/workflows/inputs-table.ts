import type { WorkflowInput } from "../../src/contracts/workflow.ts";

/** The inputs of a workflow as docs/workflows.md has them. */
export function inputsTable(inputs: Readonly<Record<string, WorkflowInput>>): string {
  const rows = Object.entries(inputs).map(([name, input]) => [
    `\`${name}\``,
    typeOf(input),
    defaultOf(input),
    (input.help ?? "").replaceAll("|", "\\|"),
  ]);
  const lines = [["input", "type", "default", "what"], ["---", "---", "---", "---"], ...rows];
  return lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function typeOf(input: WorkflowInput): string {
  if (input.type === "choice") return input.choices.map((choice) => `\`${choice}\``).join(", ");
  const { min, max } = { min: undefined, max: undefined, ...input };
  if (min === undefined && max === undefined) return input.type;
  return `${input.type}, ${max === undefined ? `from ${min}` : `${min ?? ""} to ${max}`}`;
}

function defaultOf(input: WorkflowInput): string {
  if (!("default" in input) || input.default === undefined) return "must be given";
  return input.default === null ? "" : `\`${input.default}\``;
}
