import { MaskloomError } from "../../../errors.ts";
import { isHostileName } from "./hostile-names.ts";
import type { PickleMachine } from "./pickle-machine.ts";
import { describeValue, isRecord, type PickleStorage, type PickleValue } from "./pickle-value.ts";
import { rebuild } from "./rebuilders.ts";

export function pushGlobal(machine: PickleMachine, module: string, name: string): void {
  if (isHostileName(module, name)) {
    machine.fail(
      `it asks Python for ${module}.${name}, which no model needs: the file is an attack on whoever opens it ` +
        "with PyTorch. Nothing of it was run; delete it",
    );
  }
  machine.push({ kind: "global", module, name });
}

export function pushStackGlobal(machine: PickleMachine): void {
  const [module, name] = machine.popMany(2);
  if (typeof module !== "string" || typeof name !== "string") {
    machine.fail(`the name of a global is ${describeValue(module)}, ${describeValue(name)}`);
  }
  pushGlobal(machine, module, name);
}

/** REDUCE and NEWOBJ: a callable or class, and a tuple of arguments. */
export function call(machine: PickleMachine): void {
  const [type = null, args] = machine.popMany(2);
  if (!isRecord(args, "tuple")) machine.fail(`arguments are ${describeValue(args)}, expected a tuple`);
  pushCall(machine, type, args.items);
}

/** NEWOBJ_EX: as NEWOBJ with a dict of named arguments, which no rebuilder takes. */
export function callWithNames(machine: PickleMachine): void {
  const [type = null, args, names] = machine.popMany(3);
  if (!isRecord(args, "tuple") || !isRecord(names, "dict")) {
    machine.fail(`arguments are ${describeValue(args)} and ${describeValue(names)}`);
  }
  pushCall(machine, type, args.items);
}

function pushCall(machine: PickleMachine, type: PickleValue, args: readonly PickleValue[]): void {
  let made: PickleValue;
  try {
    made = rebuild(type, args, machine.budget);
  } catch (error) {
    if (error instanceof MaskloomError) throw error;
    machine.fail(error instanceof Error ? error.message : String(error));
  }
  machine.push(made);
}

/** State of containers and tensors (attributes that someone hung on them) is let go: nothing reads it. */
export function setState(machine: PickleMachine): void {
  const state = machine.pop();
  const target = machine.top();
  if (isRecord(target, "object")) target.state = state;
  else if (!isRecord(target, "dict") && !isRecord(target, "tensor") && !isRecord(target, "set")) {
    machine.fail(`state for ${describeValue(target)}, which takes none`);
  }
}

/** PyTorch's persistent ids: ("storage", element type, key, device, elements). */
export function pushStorage(machine: PickleMachine): void {
  const id = machine.pop();
  const [word, type, key, , elements] = isRecord(id, "tuple") ? id.items : [];
  if (word !== "storage" || !isRecord(type, "global") || typeof key !== "string") {
    machine.fail(`a persistent id is ${describeValue(id)}, expected a storage`);
  }
  if (typeof elements !== "number" || !Number.isSafeInteger(elements) || elements < 0) {
    machine.fail(`storage ${key} has ${describeValue(elements)} as its number of elements`);
  }
  const storage: PickleStorage = { kind: "storage", type: type.name, key, elements };
  const known = machine.storages.get(key);
  if (known !== undefined && (known.type !== storage.type || known.elements !== elements)) {
    machine.fail(
      `storage ${key} is ${known.type} of ${known.elements}, and then ${storage.type} of ${elements}`,
    );
  }
  machine.storages.set(key, storage);
  machine.push(storage);
}
