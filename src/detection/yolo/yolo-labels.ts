import { z } from "zod";
import type { OnnxHeader } from "../../onnx/read-onnx.ts";
import { unreadableModel } from "../../onnx/unreadable-model.ts";
import { parsePythonLiteral } from "./python-literal.ts";

export interface LabelOptions {
  /** Names of the classes, in place of those in the file. */
  readonly labels?: readonly string[] | undefined;
  /** What a network of one class finds that says no name. */
  readonly detects: string;
}

/** The largest data sets have some thousands. */
const MAX_CLASSES = 10_000;
/** Labels are words; every find carries one. */
const LONGEST_LABEL = 500;

/** Class names as exporters write them: by number, or in order. */
const Names = z.union([z.record(z.string().regex(/^\d+$/), z.string()), z.array(z.string())]);

/**
 * One label for each class: those asked for, or the file's own, or the one thing that a network of one class finds,
 * or class0, class1 … Throws MODEL_UNREADABLE where their number is not the network's.
 * @param classes null where the file does not say how many there are
 */
export function labelsOf(
  { names: text = "" }: OnnxHeader["metadata"],
  classes: number | null,
  name: string,
  { labels, detects }: LabelOptions,
): string[] {
  const named = labels ?? namesIn(text);
  const count = classes ?? named?.length;
  if (count === undefined) {
    throw unreadableModel(
      name,
      "expected the names of its classes, got a file that says neither names nor their number; give its labels",
    );
  }
  if (count > MAX_CLASSES) {
    throw unreadableModel(
      name,
      `expected ${MAX_CLASSES} classes at most, got ${count}; choose another model`,
    );
  }
  if (named !== undefined && named.length !== count) {
    throw unreadableModel(
      name,
      `expected ${count} labels, one for each class of its output, got ${named.length} (${named.slice(0, 5).join(", ")}); ` +
        "give as many labels as it has classes; networks for poses and rotated boxes do not fit either",
    );
  }
  if (named?.some((label) => label.length > LONGEST_LABEL)) {
    throw unreadableModel(
      name,
      `expected labels of ${LONGEST_LABEL} characters at most, got a longer one; give others`,
    );
  }
  if (named !== undefined) return [...named];
  return count === 1 ? [detects] : Array.from({ length: count }, (_, index) => `class${index}`);
}

/** How many classes the file names; null where it names none. */
export function countNames({ names = "" }: OnnxHeader["metadata"]): number | null {
  return namesIn(names)?.length ?? null;
}

/** Undefined where the file holds none, or none that can be read. */
function namesIn(text: string): string[] | undefined {
  const parsed = Names.safeParse(parsePythonLiteral(text));
  if (!parsed.success) return undefined;
  if (Array.isArray(parsed.data)) return parsed.data;
  const byNumber = new Map(Object.entries(parsed.data).map(([number, label]) => [Number(number), label]));
  // Some data sets number their classes with gaps.
  const count = [...byNumber.keys()].reduce((most, number) => Math.max(most, number + 1), 0);
  return count > MAX_CLASSES
    ? undefined
    : Array.from({ length: count }, (_, index) => byNumber.get(index) ?? `class${index}`);
}
