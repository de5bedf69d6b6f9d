import { OPERATIONS } from "./opcodes.ts";
import { PickleBytes, type PickleFailure } from "./pickle-bytes.ts";
import { PickleMachine } from "./pickle-machine.ts";
import type { PickleStorage, PickleValue } from "./pickle-value.ts";

const STOP = 0x2e;

export interface Pickle {
  readonly value: PickleValue;
  /** All storages that the pickle speaks of, by key. */
  readonly storages: ReadonlyMap<string, PickleStorage>;
}

/**
 * Reads a pickle of protocols 2 to 5 (Python's pickletools documents the operations) into inert records: nothing is
 * imported, nothing is called. Time and memory are bounded: operations are counted, and what one operation can repeat (pickle-budget.ts).
 * Throws what `failure` makes: where the pickle is broken, or asks for something that only an attack would.
 */
export function readPickle(bytes: Uint8Array, failure: PickleFailure): Pickle {
  const machine = new PickleMachine(new PickleBytes(bytes, failure));
  for (;;) {
    const code = machine.bytes.uint8();
    if (code === STOP) return { value: machine.pop(), storages: machine.storages };
    machine.budget.countOperation();
    const operation = OPERATIONS.get(code);
    if (operation === undefined) machine.fail(`operation 0x${code.toString(16)} is not known`);
    else operation(machine);
  }
}
