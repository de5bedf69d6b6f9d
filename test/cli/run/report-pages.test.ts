import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { writeReportPages } from "../../../src/cli/run/report-pages.ts";
import type { ReportRun } from "../../../src/contracts/report.ts";
import type { ReportEntry } from "../../../src/runs/report/report-entry.ts";
import { ReportTally } from "../../../src/runs/report/report-tally.ts";
import { makeFolderWith } from "../temporary-folder.ts";
import { failure, makeHead, makeRun } from "./report-run-fixture.ts";

async function writePages(runs: readonly ReportRun[], out?: string): Promise<string> {
  const folder = out ?? (await makeFolderWith());
  const tally = new ReportTally();
  for (const run of runs) tally.add(run, true);
  async function* entries(): AsyncGenerator<ReportEntry> {
    for (const run of runs) yield { run, source: path.join(folder, "..", "photos", run.file) };
  }
  await writeReportPages(folder, { head: makeHead(runs.length), sums: tally.sums() }, entries());
  return folder;
}

const text = (...parts: string[]) => readFile(path.join(...parts), "utf8");
const rowsOf = (html: string) => html.match(/<li class="run /g)?.length ?? 0;

describe("the pages of a report", () => {
  it("hold 500 pictures each, for all and for each status, and none of a status that no picture has", async () => {
    const runs = Array.from({ length: 1_203 }, (_, at) =>
      makeRun(`${at}.jpg`, at % 2 === 0 ? {} : failure("INTERNAL")),
    );
    const out = await writePages(runs);
    const pages = ["all-2", "all-3", "failed-1", "failed-2", "succeeded-1", "succeeded-2"];
    expect((await readdir(path.join(out, "maskloom-report"))).sort()).toEqual(
      pages.map((page) => `${page}.html`),
    );
    const counts = await Promise.all(
      pages.map(async (page) => rowsOf(await text(out, "maskloom-report", `${page}.html`))),
    );
    expect([rowsOf(await text(out, "maskloom-report.html")), ...counts]).toEqual([
      500, 500, 203, 500, 101, 500, 102,
    ]);
    const front = await text(out, "maskloom-report.html");
    expect(front).toContain('href="maskloom-report/failed-1.html"');
    expect(await text(out, "maskloom-report", "failed-2.html")).toContain('href="../maskloom-report.html"');
  });

  it("of a longer report before them are removed, and nothing else is", async () => {
    const out = await makeFolderWith("maskloom-report/all-2.html", "maskloom-report/mine.html");
    await writePages([makeRun("a.jpg")], out);
    expect((await readdir(path.join(out, "maskloom-report"))).sort()).toEqual([
      "mine.html",
      "succeeded-1.html",
    ]);
  });

  it("link to every file that a named output has been written to", async () => {
    const out = await writePages([
      makeRun("sub/a.jpg", { files: ["sub/a.faces.1.png", "sub/a.faces.2.png"] }),
    ]);
    expect(await text(out, "maskloom-report.html")).toContain('href="sub/a.faces.2.png"');
    expect(await text(out, "maskloom-report", "succeeded-1.html")).toContain('href="../sub/a.faces.1.png"');
  });

  it("show names and messages as text, whatever stands in them, and link to files, whatever they are called", async () => {
    const name = `<script>alert(1)<script>"'&#?%é.jpg`;
    const out = await writePages([
      makeRun(name, { warnings: ["<b>"] }),
      makeRun("b.jpg", failure("INTERNAL", "<img onerror=x>\u0000")),
    ]);
    const html = await text(out, "maskloom-report.html");
    expect(html).not.toMatch(/<script|<img|<b>[^\d]|onerror=x>/);
    expect(html).toContain("&lt;img onerror=x&gt;\ufffd");
    const links = [...html.matchAll(/href="([^"]*)"/g)].map(([, href]) =>
      decodeURIComponent((href ?? "").replaceAll("&#39;", "'")),
    );
    expect(links).toContain(name);
    expect(links).toContain(`../photos/${name}`);
    expect(html).toContain("default-src 'none'");
  });
});
