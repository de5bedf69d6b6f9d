import type { Detection } from "../contracts/detection.ts";
import type { ImageMaskingParameters } from "../contracts/tasks.ts";
import { evaluateExpression } from "../engine/language/evaluate-expression.ts";
import { parseExpression } from "../engine/language/parse-expression.ts";
import { describeValue, isNothing } from "../engine/language/value.ts";
import { describeDetection } from "../engine/scope.ts";
import { MaskloomError } from "../errors.ts";
import type { Size } from "../image/raster.ts";
import type { CompiledSelection } from "../image/select-detections.ts";

type Where = NonNullable<CompiledSelection["where"]>;

/**
 * A task's `select` with its condition as a function of a detection and its 1-based number as detected. Nothing (a score
 * that nobody told, a name without a value) counts as no. Errors: INPUT_INVALID, also from the function.
 */
export function compileSelection(
  { select, whereScope = {} }: Pick<ImageMaskingParameters, "select" | "whereScope">,
  image: Size,
): CompiledSelection {
  const { where, ...rest } = select;
  return where === undefined ? rest : { ...rest, where: compileWhere(where, whereScope, image) };
}

function compileWhere(text: string, outer: Readonly<Record<string, unknown>>, image: Size): Where {
  const parsed = parseExpression(text);
  if (!parsed.ok) throw new MaskloomError("INPUT_INVALID", `select.where: ${parsed.fault}`);
  return (detection: Detection, index: number) => {
    const value = evaluateExpression(parsed.node, {
      ...outer,
      ...describeDetection(detection, index, image),
    });
    if (isNothing(value)) return false;
    if (typeof value === "boolean") return value;
    throw new MaskloomError(
      "INPUT_INVALID",
      `select.where: expected true or false, received ${describeValue(value)} for detection ${index}`,
    );
  };
}
