import { describe, expect, it } from "vitest";
import { providersOf } from "../../../src/config/provider-settings.ts";
import { parseWorkflow } from "../../../src/engine/language/parse-workflow.ts";
import { type Catalogue, resolveWorkflow } from "../../../src/engine/resolve.ts";
import { configuredPrices } from "../../../src/runs/estimates/configured-prices.ts";
import { estimateCosts, type PastCosts } from "../../../src/runs/estimates/estimate-costs.ts";
import { FindCounts } from "../../../src/runs/estimates/find-counts.ts";
import { sumRange } from "../../../src/runs/estimates/sum-range.ts";

const catalogue: Catalogue = {
  providers: ["local", "cloud", "farm"],
  kinds: { cloud: "runware", farm: "a1111" },
  paid: ["cloud"],
  detectors: (model) => ({ model, provider: "local", digest: "d", seeded: false }),
  inpainters: (model, provider = "local") => ({
    model,
    provider,
    digest: "i",
    seeded: true,
    takes: ["native"],
  }),
};
const providers = providersOf(
  [
    { id: "cloud", kind: "runware", prices: { known: 0.02 } },
    { id: "farm", kind: "a1111" },
    { id: "left", kind: "runware", group: "both", prices: { "*": 0.01 } },
    { id: "right", kind: "runware", group: "both", prices: { "*": 0.03 } },
  ],
  {},
);
const prices = configuredPrices(providers);

function work(fields: string, past: PastCosts | null = null, looked: readonly number[] = []) {
  const text = [
    "maskloom: 1",
    "name: paint",
    "inputs: { image: { type: image }, where: { type: choice, choices: [local, runware], default: local } }",
    "steps:",
    '  - { id: faces, task: imageMasking, inputImage: "${inputs.image}", model: some-detector }',
    "  - { id: detail, task: imageInference, seedImage: '${inputs.image}', maskImage: '${steps.faces.maskImage}',",
    `      ${fields} }`,
    "output: ${steps.detail.image}",
  ].join("\n");
  const { document: workflow } = parseWorkflow(text, { file: "paint.yaml" });
  const resolved = resolveWorkflow(workflow, catalogue);
  const counts = new FindCounts();
  for (const found of looked) counts.add([{ step: "faces", detections: Array.from({ length: found }) }]);
  return estimateCosts({ workflow, resolved, pictures: 100, finds: counts.samples(), prices, past });
}

const pastOf = (ofStep: Awaited<ReturnType<PastCosts["ofStep"]>>): PastCosts => ({
  ofStep: async () => ofStep,
  ofCall: async () => ({ low: 0.01, high: 0.05 }),
});
const NONE = { count: 0, mean: 0, deviation: 0 };

describe("what a batch will probably cost", () => {
  it("is nothing where nobody is paid", async () => {
    expect(await work("model: known")).toBeNull();
    expect(await work("model: known, provider: farm")).toBeNull();
  });

  it("goes by what the step cost in the last runs, where there were enough", async () => {
    const seen = { count: 40, mean: 0.04, deviation: 0.02 };
    const estimate = await work("model: known, provider: cloud", pastOf(seen));
    const { low, high } = sumRange(seen, 100);
    expect(estimate?.steps).toMatchObject([
      { step: "detail", providers: ["cloud"], basis: "runs", seen: 40 },
    ]);
    expect(estimate?.low).toBeCloseTo(low, 3);
    expect(estimate?.high).toBeCloseTo(high, 3);
    const few = await work("model: known, provider: cloud", pastOf({ ...seen, count: 2 }));
    expect(few?.steps[0]?.basis).toBe("guess");
  });

  /* Each of its regions is a call of its own. */
  const ZOOMED = "model: known, provider: cloud, maskMargin: 48, native: false";

  it("goes by what was found in some pictures and what calls cost, else", async () => {
    const looked = [1, 1, 2, 0, 1, 1, 3, 1];
    const configured = await work(ZOOMED, null, looked);
    expect(configured?.steps).toMatchObject([{ basis: "finds", seen: 8 }]);
    expect(configured?.low).toBeGreaterThan(0.5);
    expect(configured?.low).toBeLessThan(1.25 * 100 * 0.02);
    expect(configured?.high).toBeGreaterThan(1.25 * 100 * 0.02);
    const paidBefore = await work(ZOOMED, pastOf(NONE), looked);
    expect(paidBefore?.high).toBeCloseTo((configured?.high ?? 0) * 2.5, 2);
  });

  it.each([
    ["is zoomed into by the API itself", "maskMargin: 48"],
    ["is not zoomed into", "strength: 0.5"],
  ])(
    "is one call for each picture in which anything is found, however much, where it %s",
    async (_, field) => {
      const fields = `model: known, provider: cloud, ${field}`;
      const crowd = await work(fields, null, [9, 12, 0, 30, 8, 11, 0, 10]);
      expect(crowd?.high).toBeLessThanOrEqual(100 * 0.02);
      expect(crowd?.low).toBeGreaterThan(0);
      expect(crowd?.low).toBeLessThan(0.75 * 100 * 0.02);
      const everywhere = await work(
        fields,
        null,
        Array.from({ length: 100 }, () => 7),
      );
      expect(everywhere).toMatchObject({ low: 2, high: 2 });
      const unknown = await work(fields);
      expect(unknown).toMatchObject({ low: 0, high: 2, steps: [{ basis: "guess" }] });
    },
  );

  it("counts candidates, and what a quality gate may ask for again", async () => {
    const looked = [1, 1, 1, 1];
    const once = await work(ZOOMED, null, looked);
    const more = "candidates: 2, accept: { seam: '< 1.3', otherwise: reroll, times: 2 }";
    const several = await work(`${ZOOMED}, ${more}`, null, looked);
    expect(several?.low).toBeCloseTo((once?.low ?? 0) * 2, 3);
    expect(several?.high).toBeCloseTo((once?.high ?? 0) * 6, 3);
  });

  it("may be nothing at all where a picture may choose who is not paid, or nobody wrote a price", async () => {
    const chosen = await work("model: known, provider: '${inputs.where}'", null, [1, 1, 1]);
    expect(chosen).toMatchObject({ low: 0, steps: [{ providers: ["cloud"] }] });
    expect(chosen?.high).toBeGreaterThan(0);
    const unknown = await work(
      "model: unheard-of, provider: cloud, maskMargin: 48, native: false",
      null,
      [1, 1, 1],
    );
    expect(unknown?.low).toBe(0);
    expect(unknown?.high).toBeGreaterThan(4);
  });
});

describe("the price of a call at a group", () => {
  it("is that of any of its members", () => {
    expect(prices.isPaid("both")).toBe(true);
    expect(prices.of("both", "any")).toEqual({ low: 0.01, high: 0.03 });
    expect(prices.isPaid("farm")).toBe(false);
    expect(prices.of("local", null)).toEqual({ low: 0, high: 0 });
  });
});

describe("the configured price of one call", () => {
  it("is the dearest of a group's, nothing where nothing is paid, and not known where nobody wrote one", () => {
    expect(prices.ofCall("cloud", "known")).toBe(0.02);
    expect(prices.ofCall("cloud", "another")).toBeNull();
    expect(prices.ofCall("both", "any")).toBe(0.03);
    expect(prices.ofCall("farm", "any")).toBe(0);
    expect(prices.ofCall("gone", "any")).toBeNull();
  });
});
