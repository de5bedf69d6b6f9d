import { describe, expect, it } from "vitest";
import { instancesOf, providerGroups } from "../../src/config/provider-groups.ts";
import { providersOf } from "../../src/config/provider-settings.ts";

const box = (id: string, more: object = {}) => ({ id, kind: "a1111", url: `http://${id}:7860`, ...more });
const groups = (entries: readonly object[]) =>
  Object.fromEntries(
    providerGroups(providersOf(entries, {})).map(({ id, members }) => [id, members.map((one) => one.id)]),
  );

describe("instances that stand side by side", () => {
  it("are named by their group, or by their kind where it has several", () => {
    const all = [box("one", { group: "gpus" }), box("two", { group: "gpus" }), box("three")];
    expect(groups(all)).toEqual({ gpus: ["one", "two"], a1111: ["one", "two", "three"] });
    expect(groups([box("one")])).toEqual({});
    const settings = providersOf(all, {});
    expect(instancesOf(settings, "gpus").map(({ id }) => id)).toEqual(["one", "two"]);
    expect(instancesOf(settings, "three").map(({ id }) => id)).toEqual(["three"]);
    expect(instancesOf(settings, "nobody")).toEqual([]);
  });

  it("do not hide an instance that is called like the kind", () => {
    expect(groups([box("a1111"), box("other")])).toEqual({});
  });

  it("named by their kind cost what its first instance costs: another one takes part only where it says when", () => {
    const rented = { paid: true };
    expect(groups([box("one"), box("two"), box("rented", rented)])).toEqual({ a1111: ["one", "two"] });
    const spill = { ...rented, group: "gpus", when: "queueWait > 10m" };
    const own = [box("one", { group: "gpus" }), box("rented", spill)];
    expect(groups(own)).toEqual({ gpus: ["one", "rented"], a1111: ["one", "rented"] });
    expect(providersOf(own, {}).map(({ spillMs }) => spillMs)).toEqual([undefined, 600_000]);
  });

  it.each([
    [[box("one", { when: "queueWait > 600s" })], "when: expected a group"],
    [[box("one", { group: "g", when: "wait > 600s" })], "queueWait > 600s"],
    [[box("one", { group: "g", when: "queueWait > 600s" })], "without when"],
    [[box("one", { group: "two" }), box("two")], "no provider and no kind has"],
    [[box("one", { group: "runware" })], "no provider and no kind has"],
    [[box("one", { group: "auto" })], "no provider and no kind has"],
    [
      [box("one", { group: "g" }), box("two", { group: "g", kind: "comfyui" })],
      "expected the kind of one, a1111",
    ],
  ])("%j are refused: %s", (entries, reason) => {
    expect(() => providersOf(entries, {})).toThrow(expect.objectContaining({ code: "INPUT_INVALID" }));
    expect(() => providersOf(entries, {})).toThrow(reason);
  });
});
