import type { JsonValue } from "../contracts/json.ts";
import type { InpainterManifest } from "../contracts/manifest.ts";
import { GenerationParameters } from "../contracts/tasks.ts";
import { MaskloomError } from "../errors.ts";
import { checkCapabilities } from "../inpainting/capabilities.ts";
import { parseEsrganSettings } from "../inpainting/providers/local/esrgan-detail.ts";
import { parseFillSettings } from "../inpainting/providers/local/fill.ts";

/* What a step writes down without an expression is wrong for every picture or for none: it is looked at before the first. */

/**
 * What the place that carries out a step says of its parameters, without being asked for anything.
 * @returns what it takes otherwise than it is written, for people
 * @throws INPUT_INVALID for what it can never take
 */
export type ParameterCheck = (parameters: GenerationParameters) => readonly string[];

/** Of the inpainters of this machine whose settings are known. */
const SETTINGS: Readonly<Record<string, (settings: unknown) => unknown>> = {
  "local:fill": parseFillSettings,
  "local:esrgan-detail": parseEsrganSettings,
};

/** What this machine says of a model of its own. */
export const localCheck =
  ({ id }: InpainterManifest): ParameterCheck =>
  ({ settings }) => {
    if (settings !== undefined) SETTINGS[id]?.(settings);
    return [];
  };

/**
 * By the same code that looks at a task's parameters when it is executed; what an expression decides is left to that.
 * @param fields of the step, as they are resolved
 * @returns what will be ignored or changed, for people
 * @throws INPUT_INVALID for what its place can never take, and with `strict: true` for what would be ignored or changed
 */
export function checkLiterals(
  manifest: InpainterManifest,
  fields: Readonly<Record<string, JsonValue>>,
  check: ParameterCheck,
): readonly string[] {
  const { settings = null } = fields;
  const isOpen = settings !== null && !isLiteral(settings);
  const literal = Object.entries(fields).filter(([, value]) => isLiteral(value));
  const given = literal.filter(([name]) => name in GenerationParameters.shape);
  const parameters = GenerationParameters.safeParse(Object.fromEntries(given));
  if (!parameters.success) return [];
  const isStrict = fields["strict"] === true;
  const ignored = checkCapabilities(manifest, parameters.data, isStrict);
  /* Part of the settings may choose what the rest of them means, such as a template. */
  const changed = isOpen ? [] : check(parameters.data);
  if (isStrict && changed.length > 0)
    throw new MaskloomError("INPUT_INVALID", `${changed.join("; ")} (strict: true)`);
  return [...ignored, ...changed];
}

/** Neither null, which means that nothing is given, nor made of expressions. */
const isLiteral = (value: JsonValue): boolean => value !== null && !JSON.stringify(value).includes("${");
