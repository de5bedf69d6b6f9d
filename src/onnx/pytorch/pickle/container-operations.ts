import type { PickleMachine } from "./pickle-machine.ts";
import { describeValue, isRecord, type PickleValue } from "./pickle-value.ts";

/** Items of other objects (subclasses of list or set) are let go: nothing reads them. */
export function append(machine: PickleMachine, items: readonly PickleValue[]): void {
  const target = machine.top();
  if (isRecord(target, "list") || isRecord(target, "set")) {
    for (const item of items) target.items.push(item);
  } else if (!isRecord(target, "object")) {
    machine.fail(`items for ${describeValue(target)}, which takes none`);
  }
}

export function pushDict(machine: PickleMachine): void {
  const items = machine.popToMark();
  machine.push({ kind: "dict", entries: new Map() });
  setItems(machine, items);
}

export function setItems(machine: PickleMachine, items: readonly PickleValue[]): void {
  const target = machine.top();
  if (items.length % 2 !== 0) machine.fail("a key without a value");
  if (isRecord(target, "dict")) {
    for (let index = 0; index < items.length; index += 2) {
      const key = items[index] ?? null;
      machine.budget.countKey(key);
      target.entries.set(key, items[index + 1] ?? null);
    }
  } else if (!isRecord(target, "object")) {
    machine.fail(`entries for ${describeValue(target)}, which takes none`);
  }
}
