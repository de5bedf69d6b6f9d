import type { OperatorContext } from "../operator-context.ts";

/** Fused activation by the schema's number; null for none. */
const FUSED: Readonly<Record<number, string | null>> = { 0: null, 1: "Relu" };

/** Adds the activation that an operator carries in its options. */
export function fuseActivation(context: OperatorContext, code: number, value: string): string {
  const op = FUSED[code];
  if (op === undefined)
    return context.fail(`fused activation ${code} is not supported; supported are 0 and 1`);
  return op === null ? value : context.graph.node(op, [value]);
}
