import { isJsonObject, type JsonObject, type JsonValue } from "../../contracts/json.ts";
import { MaskloomError } from "../../errors.ts";
import { suggestion } from "../../nearest-name.ts";
import type { ReportUse } from "./expand-use.ts";
import { checkInputs } from "./inputs.ts";
import type { ParsedWorkflow } from "./parse-workflow.ts";

/** That a step gives the workflow that it uses what that one needs, and nothing else. */
export function checkUse(step: JsonObject, used: ParsedWorkflow, report: ReportUse): void {
  const { name: workflow, inputs } = used.document;
  const given = isJsonObject(step["inputs"]) ? step["inputs"] : {};
  const names = Object.keys(inputs);
  for (const name of Object.keys(given)) {
    if (!names.includes(name))
      report(
        ["inputs", name],
        `workflow ${workflow} has no such input. Inputs there: ${names.join(", ")}.${suggestion(name, names)}`,
      );
  }
  for (const [name, input] of Object.entries(inputs)) {
    const value = given[name];
    const isPicture = input.type === "image" || input.type === "mask";
    if (value === undefined && (input.type === "image" || (isPicture && input.default !== null)))
      report(
        ["inputs"],
        `missing: workflow ${workflow} needs ${name}, ${isPicture ? "an image" : "a mask"}.`,
      );
    else if (value !== undefined && isPicture && value !== null && !hasExpression(value))
      report(
        ["inputs", name],
        `expected an expression such as \${inputs.image}, which yields ${input.type === "image" ? "an image" : "a mask"}.`,
      );
    else if (!isPicture && !hasExpression(value)) checkLiteral(used, name, value, report);
  }
}

/** A value that is written down, against the type and the range of the input. */
function checkLiteral(
  { document }: ParsedWorkflow,
  name: string,
  value: JsonValue | undefined,
  report: ReportUse,
): void {
  const input = document.inputs[name];
  if (input === undefined) return;
  const only = { name: document.name, inputs: { [name]: input } };
  try {
    checkInputs(only, value === undefined ? {} : { [name]: value });
  } catch (error) {
    if (!(error instanceof MaskloomError)) throw error;
    const said = error.message.replace(`input "${name}": `, "");
    report(
      value === undefined ? ["inputs"] : ["inputs", name],
      `workflow ${document.name}, input ${name}: ${said}`,
    );
  }
}

function hasExpression(value: JsonValue | undefined): boolean {
  return typeof value === "string" && /(^|[^$])\$\{/.test(value);
}
