import type { JsonValue } from "../contracts/json.ts";
import type { InpainterManifest } from "../contracts/manifest.ts";
import { GenerationParameters } from "../contracts/tasks.ts";
import { checkCapabilities } from "../inpainting/capabilities.ts";
import { parseEsrganSettings } from "../inpainting/providers/local/esrgan-detail.ts";
import { parseFillSettings } from "../inpainting/providers/local/fill.ts";

/* What a step writes down without an expression is wrong for every picture or for none: it is looked at before the first. */

/** Of the inpainters whose settings are known here; another place, of the same models too, has settings of its own. */
const SETTINGS: Readonly<Record<string, (settings: unknown) => unknown>> = {
  "local:fill": parseFillSettings,
  "local:esrgan-detail": parseEsrganSettings,
};

/**
 * By the same code that looks at a task's parameters when it is executed; what an expression decides is left to that.
 * @param fields of the step, as they are resolved
 * @param isHere whether this machine carries it out
 * @throws INPUT_INVALID for settings that the model does not know, and with `strict: true` for fields that it does not take
 */
export function checkLiterals(
  manifest: InpainterManifest,
  fields: Readonly<Record<string, JsonValue>>,
  isHere: boolean,
): void {
  const literal = Object.fromEntries(Object.entries(fields).filter(([, value]) => isLiteral(value)));
  const { settings, strict } = literal;
  if (isHere && settings !== undefined) SETTINGS[manifest.id]?.(settings);
  if (strict !== true) return;
  const given = Object.keys(GenerationParameters.shape).flatMap((name) => {
    const value = literal[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const parameters = GenerationParameters.safeParse(Object.fromEntries(given));
  if (parameters.success) checkCapabilities(manifest, parameters.data, true);
}

/** Neither null, which means that nothing is given, nor made of expressions. */
const isLiteral = (value: JsonValue): boolean => value !== null && !JSON.stringify(value).includes("${");
