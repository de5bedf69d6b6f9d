import { isJsonObject, type JsonObject, type JsonValue } from "../../contracts/json.ts";
import type { TaskType } from "../../contracts/tasks.ts";
import { MaskloomError } from "../../errors.ts";
import { type Fault, type FieldPath, formatFaults } from "./faults.ts";
import { stepsOf } from "./field-texts.ts";
import type { ParsedWorkflow } from "./parse-workflow.ts";

/** A field, or some values of it, that is read and checked but not executed by this version. */
interface NotYet {
  /** Place within a step. */
  readonly field: string;
  /** Only of steps of this task; without it, of all that have the field. */
  readonly task?: TaskType;
  /** Which values; without it, whatever stands there. */
  readonly when?: (value: JsonValue) => boolean;
  readonly what: string;
}

const isExpression = (value: JsonValue): boolean => typeof value === "string" && value.includes("${");

/** Whoever makes one of these work deletes its row (and says so in docs/workflow-language.md). */
export const NOT_YET: readonly NotYet[] = [
  { field: "provider", when: isExpression, what: "a provider chosen by an expression" },
];

/** Providers whose overrides are executed; what stands under the others waits for them. */
const PROVIDERS_TODAY: ReadonlySet<string> = new Set(["auto", "local"]);

/**
 * Refuses a workflow that is valid but needs what this version does not execute.
 * @throws MaskloomError FEATURE_NOT_YET, one line a field: `file:line:column path: what`
 */
export function refuseNotYet(parsed: ParsedWorkflow): void {
  const faults = findNotYet(parsed);
  if (faults.length > 0) throw new MaskloomError("FEATURE_NOT_YET", formatFaults(parsed.file, faults));
}

export function findNotYet(parsed: ParsedWorkflow): readonly Fault[] {
  const { authored } = parsed;
  const { defaults } = authored;
  const faults: Fault[] = [];
  const report: Report = (path, what, step) => faults.push(parsed.faultAt(path, notYet(what, step)));
  if (isJsonObject(defaults)) checkFields(defaults, null, ["defaults"], "", report);
  for (const { step, path } of stepsOf(authored)) {
    const name = ` (step "${String(step["id"])}")`;
    checkFields(step, step["task"], path, name, report);
    const { byProvider } = step;
    for (const [provider, fields] of Object.entries(isJsonObject(byProvider) ? byProvider : {})) {
      const at = [...path, "byProvider", provider];
      if (PROVIDERS_TODAY.has(provider) && isJsonObject(fields))
        checkFields(fields, step["task"], at, name, report);
    }
  }
  return faults;
}

type Report = (path: FieldPath, what: string, step: string) => void;

const notYet = (what: string, step: string): string =>
  `not yet: ${what} cannot be executed by this version${step}.`;

function checkFields(
  fields: JsonObject,
  ofTask: JsonValue | undefined,
  path: FieldPath,
  step: string,
  report: Report,
): void {
  for (const { field, task, when, what } of NOT_YET) {
    if (task !== undefined && task !== ofTask) continue;
    const place = field.split(".");
    let value: JsonValue | undefined = fields;
    for (const part of place) value = isJsonObject(value) ? value[part] : undefined;
    if (value !== undefined && (when === undefined || when(value))) report([...path, ...place], what, step);
  }
}
