import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { OwnerUUID } from "../../src/contracts/ids.ts";
import { parseWorkflow } from "../../src/engine/language/parse-workflow.ts";
import { configuredPrices } from "../../src/runs/estimates/configured-prices.ts";
import { estimateCosts } from "../../src/runs/estimates/estimate-costs.ts";
import { pastCostsOf } from "../../src/runs/estimates/past-costs.ts";
import { prepareWorkflow } from "../../src/runs/prepare-workflow.ts";
import { LOCAL_OWNER } from "../../src/store/owners.ts";
import { PRICE, type ScriptedPeer, startScriptedPeer } from "../protocol/client/scripted-peer.ts";
import { openRemoteHost, type RemoteHost } from "./remote-host.ts";
import { repaintAt } from "./repaint-workflow.ts";

const REPAINT = repaintAt("farm");
const PLACE = { provider: "farm", model: "runware:101@1" };
const RUNS = 5;

describe("what calls cost before", () => {
  let host: RemoteHost;
  let peer: ScriptedPeer;
  beforeAll(async () => {
    peer = await startScriptedPeer({ workMs: () => 1 });
    host = await openRemoteHost([{ id: "farm", kind: "runware", url: peer.url, prices: { "*": 0.5 } }]);
    const { batchUUID } = await host.submit(REPAINT, RUNS);
    await host.startWorker();
    await host.untilTasks(batchUUID, { succeeded: RUNS });
  }, 180_000);
  afterAll(async () => {
    await host?.close();
    await peer?.close();
  });

  const past = (owner = LOCAL_OWNER, workflow = "repaint") =>
    pastCostsOf(host.services.store, owner, workflow);

  it("is known of a step, with its provider and model, and of a call", async () => {
    const { count, mean, deviation } = await past().ofStep("paint", PLACE);
    expect(count).toBe(RUNS);
    expect(mean).toBeCloseTo(PRICE);
    expect(deviation).toBeCloseTo(0);
    const call = await past().ofCall(PLACE);
    expect(call?.low).toBeCloseTo(PRICE);
    expect(call?.high).toBeCloseTo(PRICE);
    expect((await past().ofStep("paint", { ...PLACE, model: "another" })).count).toBe(0);
    expect(await past().ofCall({ ...PLACE, model: "another" })).toBeNull();
  });

  it("is nobody else's to know", async () => {
    const stranger = OwnerUUID.parse("9b2f5f0e-5d4c-4c5e-8a55-0d9a6d5e1c11");
    expect((await past(stranger).ofStep("paint", PLACE)).count).toBe(0);
    expect(await past(stranger).ofCall(PLACE)).toBeNull();
  });

  it("tells what the next batch will probably cost, better than the price that is reserved", async () => {
    const { services } = host;
    const prepared = await prepareWorkflow(parseWorkflow(REPAINT, { file: "remote.yaml" }), services.models);
    const prices = configuredPrices(services.config.providers);
    const estimate = await estimateCosts({
      ...prepared,
      pictures: 100,
      finds: new Map(),
      prices,
      past: past(),
    });
    expect(estimate?.steps).toMatchObject([
      { step: "paint", providers: ["farm"], basis: "runs", seen: RUNS },
    ]);
    expect(estimate?.low).toBeLessThan(100 * PRICE);
    expect(estimate?.high).toBeGreaterThan(100 * PRICE);
    expect(estimate?.high).toBeLessThan(100 * 0.5);
  });
});
