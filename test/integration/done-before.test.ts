import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { LOCAL_ACTOR } from "../../src/cli/runs/local-actor.ts";
import type { BatchView } from "../../src/contracts/api.ts";
import { type ArtifactUUID, type BatchUUID, newBatchUUID, type RunUUID } from "../../src/contracts/ids.ts";
import { steerBatch } from "../../src/runs/actions/steer.ts";
import { beginBatch } from "../../src/runs/batches/begin-batch.ts";
import { startFeeding } from "../../src/runs/batches/start-feeding.ts";
import { openBatchReport } from "../../src/runs/report/batch-report.ts";
import { listBatchPictures } from "../../src/store/batch-pictures.ts";
import { readBatch } from "../../src/store/batch-view.ts";
import { cancelRuns } from "../../src/store/cancel.ts";
import { LOCAL_OWNER } from "../../src/store/owners.ts";
import { readRuns } from "../../src/store/views.ts";
import { PRICE, type ScriptedPeer, startScriptedPeer } from "../protocol/client/scripted-peer.ts";
import { openRemoteHost, type RemoteHost } from "./remote-host.ts";
import { repaintAt } from "./repaint-workflow.ts";

const REPAINT = repaintAt("farm");
const LOOKED_AT = REPAINT.replace("name: repaint", "name: looked-at").replace(
  /output: .*/,
  `  - { id: look, task: review, show: "\${steps.paint.image}" }\noutput: "\${steps.look.image}"`,
);
const FIRST_TEN = { order: "order", from: 0, limit: 10 } as const;

describe("batches of the server", () => {
  let host: RemoteHost;
  let peer: ScriptedPeer;
  let feeding: ReturnType<typeof startFeeding>;
  beforeAll(async () => {
    peer = await startScriptedPeer();
    host = await openRemoteHost([
      { id: "farm", kind: "runware", url: peer.url, concurrency: 4, prices: { "*": 0.01 }, timeout: "20s" },
    ]);
    feeding = startFeeding(host.services, { onError: (error) => expect(error).toBeNull(), pollMs: 20 });
    await host.startWorker();
  });
  afterAll(async () => {
    await feeding.stop();
    await host.close();
    await peer.close();
  });

  const store = async (level: number, side = 96): Promise<ArtifactUUID> => {
    const background = { r: level, g: level, b: level };
    const box = { left: side / 4, top: side / 4, input: await plain(side / 2, { r: 255, g: 255, b: 255 }) };
    const bytes = await sharp(await plain(side, background))
      .composite([box])
      .png()
      .toBuffer();
    const image = {
      owner: LOCAL_OWNER,
      kind: "input",
      mediaType: "image/png",
      width: side,
      height: side,
    } as const;
    return (await host.services.artifacts.save(bytes, image)).uuid;
  };
  const plain = (side: number, background: { r: number; g: number; b: number }) =>
    sharp({ create: { width: side, height: side, channels: 3, background } })
      .png()
      .toBuffer();
  const begin = async (
    workflow: string,
    levels: readonly number[],
    rules: object = {},
  ): Promise<BatchUUID> => {
    const batchUUID = newBatchUUID();
    const pictures = await Promise.all(
      levels.map(async (level) => ({ image: await store(level), file: `${level}.png` })),
    );
    const inputs = { mask: await store(0) };
    await beginBatch(host.services, LOCAL_ACTOR, batchUUID, {
      workflow,
      inputs,
      source: { pictures },
      priority: 10,
      ...rules,
    });
    return batchUUID;
  };
  const until = (batchUUID: BatchUUID, expected: Partial<BatchView>): Promise<BatchView> =>
    vi.waitFor(
      async () => {
        const batch = await readBatch(host.services.store.db, LOCAL_OWNER, batchUUID);
        expect(batch).toMatchObject(expected);
        return batch as BatchView;
      },
      { timeout: 60_000, interval: 50 },
    );

  it("pay for no picture that an earlier batch did, and say so", async () => {
    const first = await until(await begin(REPAINT, [10, 20]), { status: "ended" });
    expect(first).toMatchObject({ reused: 0, runs: { succeeded: 2 } });
    expect(first.cost).toBeCloseTo(2 * PRICE);
    expect(peer.bills.size).toBe(2);

    const second = await until(await begin(REPAINT, [10, 20, 30]), { status: "ended" });
    expect(second).toMatchObject({ reused: 2, runs: { succeeded: 3 } });
    expect(second.cost).toBeCloseTo(PRICE);
    expect(peer.bills.size).toBe(3);

    const { db } = host.services.store;
    const [before, after] = [
      await listBatchPictures(db, LOCAL_OWNER, first.batchUUID, FIRST_TEN),
      await listBatchPictures(db, LOCAL_OWNER, second.batchUUID, FIRST_TEN),
    ];
    const sorted = after.toSorted((a, b) => a.file.localeCompare(b.file));
    expect(sorted.map(({ reused }) => reused ?? false)).toEqual([true, true, false]);
    expect(sorted.slice(0, 2).map(({ output }) => output)).toEqual(
      before.toSorted((a, b) => a.file.localeCompare(b.file)).map(({ output }) => output),
    );

    const report = await openBatchReport(host.services, LOCAL_OWNER, second.batchUUID);
    const lines = new Map<
      string,
      { reused: boolean; tasks: string[]; output: string | null; cost: unknown }
    >();
    for await (const { run } of report.entries()) {
      const { file, reused, output, cost, tasks } = run;
      lines.set(file, { reused, output, cost, tasks: tasks.map(({ status }) => status) });
    }
    expect(lines.get("10.png")).toEqual({
      reused: true,
      output: "10.png",
      cost: undefined,
      tasks: ["cached"],
    });
    expect(lines.get("30.png")).toMatchObject({ reused: false, tasks: ["succeeded"] });
  });

  it("say of a picture that stands in them twice which run it waits for, in review as well", async () => {
    const batchUUID = await begin(LOOKED_AT, [50, 50]);
    const { db } = host.services.store;
    const [leader, other] = await vi.waitFor(
      async () => {
        const pictures = await listBatchPictures(db, LOCAL_OWNER, batchUUID, FIRST_TEN);
        expect(pictures.map(({ status }) => status).sort()).toEqual(["queued", "review"]);
        return pictures.toSorted((a) => (a.status === "review" ? -1 : 1));
      },
      { timeout: 60_000, interval: 50 },
    );
    expect([leader?.follows, other?.follows]).toEqual([undefined, leader?.runUUID]);
    const runs = await readRuns(db, LOCAL_OWNER, [leader?.runUUID as RunUUID, other?.runUUID as RunUUID]);
    expect(runs.map(({ follows }) => follows)).toEqual([undefined, leader?.runUUID]);

    await cancelRuns(db, LOCAL_OWNER, { runs: [other?.runUUID as RunUUID] });
    const [ended] = await readRuns(db, LOCAL_OWNER, [other?.runUUID as RunUUID]);
    expect([ended?.status, ended?.follows]).toEqual(["cancelled", undefined]);
  });

  it("do them again where that is asked for, and where a result was removed", async () => {
    const billed = peer.bills.size;
    const again = await until(await begin(REPAINT, [10, 20], { again: true }), { status: "ended" });
    expect([again.reused, peer.bills.size - billed]).toEqual([0, 2]);

    const [gone] = await listBatchPictures(host.services.store.db, LOCAL_OWNER, again.batchUUID, {
      order: "order",
      from: 0,
      limit: 1,
    });
    await host.services.store.db
      .updateTable("artifacts")
      .set({ deleted_at: new Date() })
      .where("uuid", "=", gone?.output ?? null)
      .execute();
    const last = await until(await begin(REPAINT, [10, 20]), { status: "ended" });
    expect([last.reused, peer.bills.size - billed]).toEqual([1, 3]);
  });

  it("pause themselves when so many pictures have failed, and once more when so many more have", async () => {
    const batchUUID = newBatchUUID();
    const uploads = Array.from({ length: 40 }, (_, at) => ({
      name: `${at}.png`,
      digest: String(at),
      error: { code: "IMAGE_UNREADABLE", message: "no picture" },
    }));
    const rules = { priority: 10, maxFailures: 3, maxCost: 1 };
    const inputs = { mask: await store(0) };
    const wish = { workflow: REPAINT, inputs, source: { uploads }, ...rules };
    await beginBatch(host.services, LOCAL_ACTOR, batchUUID, wish);
    const paused = await until(batchUUID, { status: "paused", stopped: "max-failures" });
    expect(paused).toMatchObject({ maxFailures: 3, budget: { maxCost: 1 } });
    expect(paused.runs.failed).toBeLessThan(uploads.length); // what was begun together fails together

    await steerBatch(host.services.store, LOCAL_ACTOR, batchUUID, "resume");
    const next = await until(batchUUID, {
      stopped: "max-failures",
      runs: expect.objectContaining({ failed: 2 * paused.runs.failed }),
    });
    expect(next.status).toBe("paused");
  });
});
