import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { GAP, graphHeight, layOut } from "../../../../dashboard/src/components/step-graph/graph-layout.ts";

/** Graphs without cycles: each node needs some of those before it. */
const graphs = fc.array(fc.array(fc.nat(), { maxLength: 4 }), { maxLength: 14 }).map((rows) =>
  rows.map((picks, at) => ({
    id: `s${at}`,
    needs: at === 0 ? [] : [...new Set(picks.map((pick) => `s${pick % at}`))],
  })),
);

describe("the layout of a graph of steps", () => {
  it("says how high it will be before it is drawn: by its layers, and never higher than a window", () => {
    const chain = (length: number) =>
      Array.from({ length }, (_, at) => ({ id: `s${at}`, needs: at === 0 ? [] : [`s${at - 1}`] }));
    expect(graphHeight(chain(3)) - graphHeight(chain(2))).toBe(GAP.layer);
    const sideBySide = chain(3).map(({ id }) => ({ id, needs: [] }));
    expect(graphHeight(sideBySide)).toBe(graphHeight(chain(1)));
    expect(graphHeight(chain(50))).toBe(graphHeight(chain(60)));
  });

  it("puts each step below everything that it needs, and none on top of another", () => {
    fc.assert(
      fc.property(graphs, (nodes) => {
        const places = layOut(nodes);
        expect(places.size).toBe(nodes.length);
        for (const { id, needs } of nodes) {
          for (const needed of needs) {
            expect(places.get(id)?.layer).toBeGreaterThan(
              places.get(needed)?.layer ?? Number.POSITIVE_INFINITY,
            );
          }
        }
        const taken = [...places.values()].map(({ layer, lane }) => `${layer}/${lane}`);
        expect(new Set(taken).size).toBe(nodes.length);
      }),
    );
  });

  it("centres a narrow layer on the widest", () => {
    const places = layOut([
      { id: "input", needs: [] },
      { id: "left", needs: ["input"] },
      { id: "middle", needs: ["input"] },
      { id: "right", needs: ["input"] },
      { id: "end", needs: ["left", "middle", "right"] },
    ]);
    expect(places.get("input")).toEqual({ layer: 0, lane: 1 });
    expect(places.get("end")).toEqual({ layer: 2, lane: 1 });
  });

  it("takes a crossing away by changing the order within a layer", () => {
    const places = layOut([
      { id: "a", needs: [] },
      { id: "b", needs: [] },
      { id: "ofB", needs: ["b"] },
      { id: "ofA", needs: ["a"] },
    ]);
    expect(places.get("ofA")?.lane).toBe(places.get("a")?.lane);
    expect(places.get("ofB")?.lane).toBe(places.get("b")?.lane);
  });

  it("leaves out what is needed and not there, and survives a cycle", () => {
    expect(layOut([{ id: "a", needs: ["gone"] }]).get("a")).toEqual({ layer: 0, lane: 0 });
    expect(
      layOut([
        { id: "a", needs: ["b"] },
        { id: "b", needs: ["a"] },
      ]).size,
    ).toBe(2);
  });
});
