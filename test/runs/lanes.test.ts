import { describe, expect, it } from "vitest";
import { Lanes } from "../../src/runs/lanes.ts";

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("work in lanes", () => {
  const open = (most: number, mostPerLane: number) => {
    const lanes = new Lanes({ most, mostPerLane });
    const begun: string[] = [];
    const ends = new Map<string, () => void>();
    const run = (lane: string, name: string) =>
      lanes.run(lane, () => {
        begun.push(name);
        return new Promise<void>((resolve) => ends.set(name, resolve));
      });
    const end = async (name: string) => {
      ends.get(name)?.();
      await settled();
    };
    return { lanes, run, begun, end };
  };

  it("that never ends in one lane leaves room to the others", async () => {
    const { run, begun, end } = open(10, 2);
    for (let at = 0; at < 100; at++) void run("dead", `dead ${at}`);
    void run("alive", "alive");
    await settled();
    expect(begun).toEqual(["dead 0", "dead 1", "alive"]);
    await end("dead 1");
    expect(begun.slice(3)).toEqual(["dead 2"]);
  });

  it("is handed out lane by lane where there is more than may be done at a time", async () => {
    const { run, begun, end } = open(1, 1);
    for (const name of ["a1", "a2", "a3", "b1", "c1", "b2"]) void run(name.slice(0, 1), name);
    await settled();
    for (let at = 0; at < 6; at++) await end(begun[at] ?? "");
    expect(begun).toEqual(["a1", "b1", "c1", "a2", "b2", "a3"]);
  });

  it("is done whatever becomes of the rest, which gets the error as its own", async () => {
    const lanes = new Lanes({ most: 1, mostPerLane: 1 });
    const failing = lanes.run("a", () => Promise.reject(new Error("as it was told to")));
    const after = lanes.run("a", async () => "done");
    await expect(failing).rejects.toThrow("as it was told to");
    expect(await after).toBe("done");
  });
});
