import { append, pushDict, setItems } from "./container-operations.ts";
import {
  call,
  callWithNames,
  pushGlobal,
  pushStackGlobal,
  pushStorage,
  setState,
} from "./object-operations.ts";
import type { PickleMachine } from "./pickle-machine.ts";

type Operation = (machine: PickleMachine) => void;

/** Longer integers only cost time: no model has one. */
const MAX_INTEGER_BYTES = 64;

type Length = (machine: PickleMachine) => number;
const byte: Length = ({ bytes }) => bytes.uint8();
const word: Length = ({ bytes }) => bytes.uint32();
const long: Length = ({ bytes }) => bytes.uint64();

const pushText =
  (length: Length): Operation =>
  (machine) =>
    machine.push(machine.bytes.text(length(machine)));

const pushBytes =
  (length: Length): Operation =>
  (machine) =>
    machine.push({ kind: "bytes", bytes: machine.bytes.take(length(machine)) });

const pushTuple =
  (count: number): Operation =>
  (machine) =>
    machine.push({ kind: "tuple", items: machine.popMany(count) });

/**
 * The operations of binary pickles, protocols 2 to 5, by their code; names as in Python's pickletools. Left out are
 * those that only older protocols write, and those that reach outside the file (extension registry, foreign buffers).
 */
export const OPERATIONS: ReadonlyMap<number, Operation> = new Map<number, Operation>([
  [0x80, readProtocol],
  [0x95, checkFrame],
  [0x28, (machine) => machine.mark()],
  [0x30, (machine) => void machine.pop()],
  [0x31, (machine) => void machine.popToMark()],
  [0x32, (machine) => machine.push(machine.top())],
  // None, booleans and numbers
  [0x4e, (machine) => machine.push(null)],
  [0x88, (machine) => machine.push(true)],
  [0x89, (machine) => machine.push(false)],
  [0x4a, (machine) => machine.push(machine.bytes.int32())],
  [0x4b, (machine) => machine.push(machine.bytes.uint8())],
  [0x4d, (machine) => machine.push(machine.bytes.uint16())],
  [0x8a, (machine) => pushInteger(machine, machine.bytes.uint8())],
  [0x8b, (machine) => pushInteger(machine, machine.bytes.uint32())],
  [0x47, (machine) => machine.push(machine.bytes.float64())],
  // texts and bytes
  [0x58, pushText(word)],
  [0x8c, pushText(byte)],
  [0x8d, pushText(long)],
  [0x54, pushText(word)],
  [0x55, pushText(byte)],
  [0x42, pushBytes(word)],
  [0x43, pushBytes(byte)],
  [0x8e, pushBytes(long)],
  [0x96, pushBytes(long)],
  // containers
  [0x5d, (machine) => machine.push({ kind: "list", items: [] })],
  [0x6c, (machine) => machine.push({ kind: "list", items: machine.popToMark() })],
  [0x61, (machine) => append(machine, machine.popMany(1))],
  [0x65, (machine) => append(machine, machine.popToMark())],
  [0x29, pushTuple(0)],
  [0x85, pushTuple(1)],
  [0x86, pushTuple(2)],
  [0x87, pushTuple(3)],
  [0x74, (machine) => machine.push({ kind: "tuple", items: machine.popToMark() })],
  [0x7d, (machine) => machine.push({ kind: "dict", entries: new Map() })],
  [0x64, pushDict],
  [0x73, (machine) => setItems(machine, machine.popMany(2))],
  [0x75, (machine) => setItems(machine, machine.popToMark())],
  [0x8f, (machine) => machine.push({ kind: "set", items: [] })],
  [0x90, (machine) => append(machine, machine.popToMark())],
  [0x91, (machine) => machine.push({ kind: "set", items: machine.popToMark() })],
  // memo
  [0x71, (machine) => machine.remember(machine.bytes.uint8())],
  [0x72, (machine) => machine.remember(machine.bytes.uint32())],
  [0x94, (machine) => machine.rememberNext()],
  [0x68, (machine) => machine.recall(machine.bytes.uint8())],
  [0x6a, (machine) => machine.recall(machine.bytes.uint32())],
  // names, calls and what lies outside the pickle
  [0x63, (machine) => pushGlobal(machine, machine.bytes.line(), machine.bytes.line())],
  [0x93, pushStackGlobal],
  [0x52, call],
  [0x81, call],
  [0x92, callWithNames],
  [0x62, setState],
  [0x51, pushStorage],
]);

function readProtocol(machine: PickleMachine): void {
  const protocol = machine.bytes.uint8();
  if (protocol < 2 || protocol > 5) machine.fail(`pickle protocol ${protocol}, expected 2 to 5`);
}

/** Frames only help readers that read in pieces; what they announce must be there all the same. */
function checkFrame(machine: PickleMachine): void {
  const length = machine.bytes.uint64();
  if (length > machine.bytes.left) machine.fail(`a frame announces ${length} bytes`);
}

function pushInteger(machine: PickleMachine, length: number): void {
  if (length > MAX_INTEGER_BYTES) machine.fail(`an integer of ${length} bytes`);
  machine.push(machine.bytes.integer(length));
}
