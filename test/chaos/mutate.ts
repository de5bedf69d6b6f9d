import type { Dice } from "../integration/chaos-dice.ts";

/* Damage, as chance and malice do it to bytes and to JSON. */

export const pick = <T>(dice: Dice, items: readonly T[]): T => {
  const item = items[Math.floor(dice.next() * items.length)];
  if (item === undefined) throw new Error("nothing to pick from");
  return item;
};
const upTo = (dice: Dice, most: number): number => Math.floor(dice.next() * (most + 1));

/** One to three things are done to a copy. */
export function mutateBytes(dice: Dice, bytes: Uint8Array): Buffer {
  let mutated = Buffer.from(bytes);
  for (let times = 1 + upTo(dice, 2); times > 0; times -= 1) mutated = pick(dice, DAMAGE)(dice, mutated);
  return mutated;
}

type Damage = (dice: Dice, bytes: Buffer<ArrayBuffer>) => Buffer<ArrayBuffer>;

/** Half of all damage is done to the first kilobyte: there stands what the rest is read by. */
const placeIn = (dice: Dice, bytes: Buffer): number =>
  upTo(dice, Math.max(0, (dice.next() < 0.5 ? Math.min(bytes.length, 1024) : bytes.length) - 1));

const DAMAGE: readonly Damage[] = [
  function flipBits(dice, bytes) {
    if (bytes.length === 0) return bytes;
    for (let times = 1 + upTo(dice, 15); times > 0; times -= 1) {
      const at = placeIn(dice, bytes);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << upTo(dice, 7));
    }
    return bytes;
  },
  function truncate(dice, bytes) {
    return bytes.subarray(0, placeIn(dice, bytes));
  },
  function swapChunks(dice, bytes) {
    const length = upTo(dice, Math.min(64, bytes.length >> 2));
    const [one, other] = [placeIn(dice, bytes), placeIn(dice, bytes)];
    if (Math.max(one, other) + length > bytes.length || Math.abs(one - other) < length) return bytes;
    const kept = Buffer.from(bytes.subarray(one, one + length));
    bytes.copyWithin(one, other, other + length);
    kept.copy(bytes, other);
    return bytes;
  },
  function repeat(dice, bytes) {
    const at = placeIn(dice, bytes);
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(upTo(dice, at))]);
  },
  function leaveOut(dice, bytes) {
    const at = placeIn(dice, bytes);
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + upTo(dice, 64))]);
  },
  function fill(dice, bytes) {
    const at = placeIn(dice, bytes);
    return bytes.fill(pick(dice, [0, 0x7f, 0x80, 0xff]), at, Math.min(bytes.length, at + 1 + upTo(dice, 16)));
  },
];

/** What readers of JSON trip over. */
const VALUES: readonly unknown[] = [
  null,
  true,
  "",
  0,
  -1,
  0.1,
  1e308,
  -1e308,
  2 ** 53,
  2 ** 31,
  "\u0000",
  "\ud800",
  "../../../../etc/passwd",
  "file:///etc/passwd",
  "http://169.254.169.254/latest/meta-data/",
  "http://[::ffff:7f00:1]:1/",
  "data:image/png;base64,AAAA",
  "__proto__",
  "constructor",
  "${inputs.image}",
  "${".repeat(500),
  "${steps.a.b[0][0][0]}}}",
  "${1 + 1 + range(999999999)}",
  "00000000-0000-0000-0000-000000000000",
  "x".repeat(20_000),
  "😀".repeat(300),
  "(a+)+$",
  "Infinity",
  "1e999",
  [],
  {},
  Array.from({ length: 3_000 }, (_, at) => at),
  Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`key${at}`, at])),
];

const anyValue = (dice: Dice): unknown =>
  dice.next() < 0.05 ? nested(200) : structuredClone(pick(dice, VALUES));

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let at = 0; at < depth; at += 1) value = at % 2 === 0 ? [value] : { a: value };
  return value;
}

/** A value somewhere inside is replaced, left out, doubled, or joined by one that nobody asked for. */
export function mutateJson(dice: Dice, value: unknown): unknown {
  const copy: unknown = structuredClone(value);
  const root = { root: copy };
  for (let times = 1 + upTo(dice, 2); times > 0; times -= 1) changeOne(dice, root);
  return root.root;
}

function changeOne(dice: Dice, root: { root: unknown }): void {
  const holders: (Record<string, unknown> | unknown[])[] = [];
  collectHolders(root, holders);
  const holder = pick(dice, holders);
  if (Array.isArray(holder)) {
    const at = upTo(dice, Math.max(0, holder.length - 1));
    if (dice.next() < 0.3) holder.push(holder[at]);
    else holder[at] = anyValue(dice);
    return;
  }
  const key = pick(dice, [...Object.keys(holder), "root"]);
  const chance = dice.next();
  if (chance < 0.2 && key !== "root") delete holder[key];
  else if (chance < 0.3) {
    const added = pick(dice, ["extra", "__proto__", "toString", ""]);
    Object.defineProperty(holder, added, {
      value: anyValue(dice),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  } else if (Object.hasOwn(holder, key)) holder[key] = anyValue(dice);
}

function collectHolders(value: unknown, into: (Record<string, unknown> | unknown[])[]): void {
  if (typeof value !== "object" || value === null || into.length > 200) return;
  into.push(value as Record<string, unknown> | unknown[]);
  for (const inner of Object.values(value)) collectHolders(inner, into);
}
