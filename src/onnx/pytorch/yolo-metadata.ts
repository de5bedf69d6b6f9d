import type { ModuleRecord } from "./module-record.ts";
import { describeValue, isRecord, type PickleValue } from "./pickle/pickle-value.ts";
import type { YoloHead } from "./yolo-head.ts";

const USUAL_SIDE = 640;
const LARGEST_SIDE = 4096;
/** Names are words. One text can be the name of thousands of classes, so that its length counts as often. */
const LONGEST_NAME = 500;

/** What Ultralytics' exports say of themselves in metadata_props, in the same words: Python literals as text. */
export function yoloMetadata(model: ModuleRecord, head: YoloHead): Readonly<Record<string, string>> {
  const side = trainedSide(model, head.stride);
  const named = namesOf(model, head.classes).map((name, index) => `${index}: ${quote(name)}`);
  return {
    task: head.task,
    stride: String(head.stride),
    batch: "1",
    imgsz: `[${side}, ${side}]`,
    names: `{${named.join(", ")}}`,
    channels: "3",
  };
}

function namesOf(model: ModuleRecord, classes: number): string[] {
  const names = model.attribute("names") ?? null;
  const known = isRecord(names, "list") || isRecord(names, "tuple") ? new Map(names.items.entries()) : null;
  const byIndex: ReadonlyMap<PickleValue, PickleValue> | null = isRecord(names, "dict")
    ? names.entries
    : known;
  return Array.from({ length: classes }, (_, index) => {
    if (byIndex === null) return `class${index}`;
    const name = byIndex.get(index);
    if (typeof name !== "string") return model.fail(`name of class ${index} is ${describeValue(name)}`);
    return name.length <= LONGEST_NAME
      ? name
      : model.fail(`name of class ${index} has ${name.length} characters, expected ${LONGEST_NAME} at most`);
  });
}

/** The size it was trained at, which its arguments tell; rounded up to whole strides, as exports do. */
function trainedSide(model: ModuleRecord, stride: number): number {
  const args = model.attribute("args");
  const state = isRecord(args, "object") ? args.state : args;
  const side = isRecord(state, "dict") ? state.entries.get("imgsz") : undefined;
  const largest = isRecord(side, "list") ? Math.max(...side.items.slice(0, 2).map(Number)) : side;
  const sound = typeof largest === "number" && largest >= stride && largest <= LARGEST_SIDE;
  return Math.ceil((sound ? largest : USUAL_SIDE) / stride) * stride;
}

/** A Python string literal. */
function quote(text: string): string {
  const escaped = text.replaceAll(/[\\'\p{Cc}]/gu, (character) =>
    character === "\\" || character === "'"
      ? `\\${character}`
      : `\\x${(character.codePointAt(0) ?? 0).toString(16).padStart(2, "0")}`,
  );
  return `'${escaped}'`;
}
