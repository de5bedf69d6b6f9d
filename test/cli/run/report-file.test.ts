import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { openPreviousReport } from "../../../src/cli/run/previous-report.ts";
import { ReportFile, type ReportStart } from "../../../src/cli/run/report-file.ts";
import { newTaskUUID } from "../../../src/contracts/ids.ts";
import { Report, type ReportTask } from "../../../src/contracts/report.ts";
import { makeFolderWith } from "../temporary-folder.ts";
import { failure, makeHead, makeRun } from "./report-run-fixture.ts";

async function openReport(
  out: string,
  pictures: number,
  more: Partial<ReportStart> = {},
): Promise<ReportFile> {
  const { seconds: _, encoding: __, ...start } = makeHead(pictures);
  return ReportFile.open(out, { ...start, ...more });
}

const read = async (out: string) =>
  Report.parse(JSON.parse(await readFile(path.join(out, "maskloom-report.json"), "utf8")));

describe("a report", () => {
  it("has its runs in the order of the plan, in whatever order they ended", async () => {
    const order = fc.shuffledSubarray(Array.from({ length: 30 }, (_, at) => at));
    const property = fc.asyncProperty(order, async (places) => {
      const out = await makeFolderWith();
      const report = await openReport(out, 30);
      for (const at of places) await report.add(at, { run: makeRun(`${at}.jpg`), source: null }, true);
      await report.finish(null);
      const files = (await read(out)).runs.map(({ file }) => file);
      expect(files).toEqual([...places].sort((a, b) => a - b).map((at) => `${at}.jpg`));
    });
    await fc.assert(property, { numRuns: 10 });
  });

  it("may be empty, and says why it was stopped", async () => {
    const out = await makeFolderWith();
    await (await openReport(out, 3)).finish("max-failures");
    expect(await read(out)).toMatchObject({ runs: [], stopped: "max-failures", pictures: 3 });
  });

  it("leaves nothing else behind than itself", async () => {
    const out = await makeFolderWith("maskloom-report.jsonl", ".maskloom-report.index");
    await (await openReport(out, 1)).finish(null);
    expect((await readdir(out)).sort()).toEqual(["maskloom-report.html", "maskloom-report.json"]);
  });

  it("is lossy as soon as one picture is", async () => {
    const out = await makeFolderWith();
    const report = await openReport(out, 2);
    await report.add(0, { run: makeRun("a.png"), source: null }, true);
    await report.add(1, { run: makeRun("b.jpg"), source: null }, false);
    await report.finish(null);
    expect((await read(out)).encoding).toBe("lossy");
  });

  it("adds up reasons and costs, those of earlier commands left out", async () => {
    const report = await openReport(await makeFolderWith(), 5);
    const runs = [
      makeRun("a.jpg", { cost: 0.5 }),
      makeRun("b.jpg", { cost: 7, reused: true }),
      makeRun("c.jpg", failure("INTERNAL")),
      makeRun("d.jpg", failure("IMAGE_UNREADABLE", "first")),
      makeRun("e.jpg", failure("IMAGE_UNREADABLE", "second")),
    ];
    for (const [at, run] of runs.entries()) await report.add(at, { run, source: null }, true);
    expect(await report.finish(null)).toMatchObject({
      pictures: 5,
      reused: 1,
      cost: 0.5,
      failures: [
        { code: "IMAGE_UNREADABLE", count: 2, message: "first" },
        { code: "INTERNAL", count: 1 },
      ],
    });
  });

  it("counts the pictures that were done at a fallback", async () => {
    const task: ReportTask = {
      taskUUID: newTaskUUID(),
      step: "detail",
      taskType: "imageInference",
      status: "succeeded",
      provider: "local",
      model: "local:fill",
      attempts: 2,
      seconds: 1,
    };
    const moved = { ...task, movedToFallback: true as const };
    const out = await makeFolderWith();
    const report = await openReport(out, 2);
    await report.add(0, { run: makeRun("a.jpg", { tasks: [task, moved, moved] }), source: null }, true);
    await report.add(1, { run: makeRun("b.jpg", { tasks: [task] }), source: null }, true);
    expect(await report.finish(null)).toMatchObject({ pictures: 2, moved: 1 });
    expect(await readFile(path.join(out, "maskloom-report.html"), "utf8")).toContain(
      "<dt>Moved to a fallback</dt><dd>1 picture</dd>",
    );
  });

  it("is gone on with: what failed takes its place anew, and holds until then", async () => {
    const out = await makeFolderWith();
    const first = await openReport(out, 3);
    await first.add(0, { run: makeRun("a.jpg"), source: null }, true);
    await first.add(1, { run: makeRun("b.jpg", failure("INTERNAL")), source: null }, true);
    await first.add(2, { run: makeRun("c.jpg", failure("INTERNAL")), source: null }, false);
    await first.finish(null);

    const previous = await openPreviousReport(out);
    expect([previous.failures, previous.failedAt("b.jpg"), previous.failedAt("a.jpg")]).toEqual([
      2,
      1,
      undefined,
    ]);
    expect([previous.lossless, previous.pictures]).toEqual([false, 3]);
    const second = await openReport(out, 2);
    await second.takeOver(previous);
    await second.add(1, { run: makeRun("b.jpg"), source: null }, true);
    const sums = await second.finish("interrupted");
    expect([...sums.statuses]).toEqual([
      ["succeeded", 2],
      ["failed", 1],
    ]);
    const { runs } = await read(out);
    expect(runs.map(({ file, status, reused }) => [file, status, reused])).toEqual([
      ["a.jpg", "succeeded", true],
      ["b.jpg", "succeeded", false],
      ["c.jpg", "failed", false],
    ]);
  });

  it("stays as the command before left it until all of that is taken over", async () => {
    const out = await makeFolderWith();
    const first = await openReport(out, 2);
    await first.add(0, { run: makeRun("a.jpg"), source: null }, true);
    await first.add(1, { run: makeRun("b.jpg", failure("INTERNAL")), source: null }, true);
    await first.finish(null);
    const before = await readFile(path.join(out, "maskloom-report.json"));
    const previous = await openPreviousReport(out);
    const second = await openReport(out, 2);
    async function* cutShort() {
      for await (const one of previous.runs()) {
        yield one;
        for (let look = 0; look < 50; look++) expect((await read(out)).runs).toHaveLength(2);
        throw new Error("EIO: i/o error, read");
      }
    }
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 3_600_000 });
    try {
      await expect(second.takeOver({ ...previous, runs: cutShort })).rejects.toThrow("EIO");
    } finally {
      vi.useRealTimers();
    }
    await second.finish("interrupted");
    expect(await readFile(path.join(out, "maskloom-report.json"))).toEqual(before);
  });

  it("still says that pictures were never begun, and of how many it is a sample, when what failed was done again", async () => {
    const out = await makeFolderWith();
    const first = await openReport(out, 3, { sampledFrom: 9 });
    await first.add(0, { run: makeRun("a.jpg", failure("INTERNAL")), source: null }, true);
    await first.finish("max-failures");
    const previous = await openPreviousReport(out);
    expect(previous).toMatchObject({ left: 2, sampledFrom: 9, stopped: "max-failures", pictures: 3 });
    const second = await openReport(out, 3);
    await second.takeOver(previous);
    await second.add(0, { run: makeRun("a.jpg"), source: null }, true);
    await second.finish(null);
    expect((await read(out)).stopped).toBe("max-failures");
  });

  it("is read again whatever a picture is called, line separators of Unicode included", async () => {
    const out = await makeFolderWith();
    const name = "one\u2028two\u2029three\r.jpg";
    const report = await openReport(out, 1);
    await report.add(0, { run: makeRun(name, failure("INTERNAL")), source: null }, true);
    await report.finish(null);
    expect((await openPreviousReport(out)).failedAt(name)).toBe(0);
  });

  it("that is not there, or is none, cannot be gone on with", async () => {
    const none = await makeFolderWith();
    await expect(openPreviousReport(none)).rejects.toMatchObject({ code: "INPUT_MISSING" });
  });
});
