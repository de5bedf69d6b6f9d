import { z } from "zod";
import { isJsonObject } from "../contracts/json.ts";
import type { Turn } from "../contracts/tasks.ts";
import { evaluateExpression } from "./language/evaluate-expression.ts";
import type { PathPart } from "./language/expression.ts";
import { readText } from "./language/references.ts";
import type { Scope } from "./language/value.ts";

/** What of a detection, as expressions see it, tells how a face is turned. */
const TurnedDetection = z.object({
  box: z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() }),
  roll: z.number(),
});

/**
 * The turned faces of a mask, for `align: landmarks`: of all detections of the steps that `maskImage` refers to, or of the
 * one detection whose own mask it is. Those whose model does not tell their roll are left out.
 * @param maskImage as the step writes it: a reference, or a list of them
 * @param scope what its names stand for, with the element of a `forEach`
 */
export function turnsOf(maskImage: unknown, scope: Scope): Turn[] {
  if (Array.isArray(maskImage)) return maskImage.flatMap((one: unknown) => turnsOf(one, scope));
  if (typeof maskImage !== "string") return [];
  const read = readText({ path: [], text: maskImage, bare: false });
  if (!read.ok) return [];
  return read.references.flatMap(({ path }) => detectionsBehind(path, scope)).flatMap(turnOf);
}

/** `face.maskImage` and `steps.faces.detections[1].maskImage` are masks of one, `steps.faces.maskImage` is one of all. */
function detectionsBehind(path: readonly PathPart[], scope: Scope): readonly unknown[] {
  if (path.length < 2) return [];
  const owner = evaluateExpression({ kind: "path", at: 0, path: path.slice(0, -1) }, scope);
  const detections = isJsonObject(owner) ? owner["detections"] : null;
  return Array.isArray(detections) ? detections : [owner];
}

function turnOf(detection: unknown): Turn[] {
  const parsed = TurnedDetection.safeParse(detection);
  if (!parsed.success) return [];
  const { box, roll } = parsed.data;
  return [{ box: [box.x, box.y, box.x + box.width, box.y + box.height], roll }];
}
