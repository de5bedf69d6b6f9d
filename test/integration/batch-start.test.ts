import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { fromBufferPromise } from "yauzl";
import { MaskloomClient } from "../../src/client/maskloom-client.ts";
import type { DryRunLine } from "../../src/contracts/batches.ts";
import { Report } from "../../src/contracts/report.ts";
import type { RunningServer } from "../../src/server/start-server.ts";
import { asking, makeKey } from "./keyed-hosts.ts";
import { openServerHost, plainPicture, type ServerHost } from "./server-host.ts";
import { startWorkerProcess } from "./worker-process.ts";

const PATIENCE = { timeout: 60_000, interval: 50 };
const WORKFLOW = "anonymize-faces";
const PHOTO = path.resolve("examples/photos/astronaut.jpg");

describe("before a batch begins, and after it ended", () => {
  let host: ServerHost;
  let server: RunningServer;
  let client: MaskloomClient;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "maskloom-start-"));
    await mkdir(path.join(folder, "album", "inner"), { recursive: true });
    await mkdir(path.join(folder, "album", ".hidden"));
    await cp(PHOTO, path.join(folder, "album", "face.jpg"));
    for (const name of ["b.png", "c.png", "d.png", "inner/e.png"])
      await writeFile(path.join(folder, "album", name), await plainPicture());
    await writeFile(path.join(folder, "album", "broken.png"), "no picture");
    await writeFile(path.join(folder, "album", "notes.txt"), "no picture either");
    await symlink("/etc", path.join(folder, "album", "way-out"));
    host = await openServerHost({ MASKLOOM_FOLDERS: folder });
    server = await host.start();
    client = new MaskloomClient({ baseUrl: server.url });
  });
  afterAll(async () => {
    await host.stop();
    await rm(folder, { recursive: true });
  });

  const album = () => path.join(folder, "album");
  const storedPictures = async (names: readonly string[]) => {
    const stored = await client.artifacts.create([{ path: PHOTO }]);
    const image = stored[0] !== undefined && "image" in stored[0] ? stored[0].image : "";
    return names.map((file) => ({ image, file }));
  };

  it("folders are shown with what lies in them, and none that is not allowed", async () => {
    const roots = await client.folders.list();
    expect(roots).toMatchObject({ folder: null, folders: [{ path: folder, pictures: 0, folders: 1 }] });
    const inside = await client.folders.list({ path: album() });
    expect(inside.folder).toMatchObject({ name: "album", pictures: 5, folders: 1 });
    expect(inside.folders.map(({ name, pictures }) => [name, pictures])).toEqual([["inner", 1]]);
    expect(inside.above.map(({ name }) => name)).toEqual([folder, "album"]);
    for (const place of ["/etc", path.join(album(), "way-out"), path.join(folder, "..")])
      await expect(client.folders.list({ path: place })).rejects.toMatchObject({ code: "FORBIDDEN" });
  });

  it("pictures are stored without a run; one that is none says so and keeps the others", async () => {
    const stored = await client.artifacts.create([
      new File([new Uint8Array(await plainPicture())], "a.png"),
      new File(["nothing"], "bad.png"),
    ]);
    expect(stored).toMatchObject([
      { file: "a.png" },
      { file: "bad.png", error: { code: "IMAGE_UNREADABLE" } },
    ]);
    expect((await client.runs.list()).runs).toEqual([]);
  });

  it("a dry run says what is found in a sample, in the order of the names, and begins nothing", async () => {
    const lines: DryRunLine[] = [];
    for await (const line of client.batches.dryRun({ workflow: WORKFLOW, folder: album() })) lines.push(line);
    expect(lines[0]).toEqual({ type: "begun", pictures: 6, looked: 6, steps: ["faces"] });
    expect(lines.slice(1, -1).map((line) => ("file" in line ? [line.file, line.type] : []))).toEqual([
      ["b.png", "picture"],
      ["broken.png", "unfit"],
      ["c.png", "picture"],
      ["d.png", "picture"],
      ["face.jpg", "picture"],
      ["inner/e.png", "picture"],
    ]);
    const face = lines.find((line) => "file" in line && line.file === "face.jpg");
    expect(face?.type === "picture" && face.finds.map(({ detections }) => detections.length)).toEqual([1]);
    expect(lines.at(-1)).toEqual({ type: "done", paid: null });
    expect((await client.batches.list()).batches).toEqual([]);
    const sampled: DryRunLine[] = [];
    for await (const line of client.batches.dryRun({ workflow: WORKFLOW, folder: album(), sample: 2 }))
      sampled.push(line);
    expect(sampled.flatMap((line) => ("file" in line ? [line.file] : []))).toEqual([
      "broken.png",
      "face.jpg",
    ]);
  });

  it("an estimate counts, and names rows of the table that are about no picture", async () => {
    const table = "file,mode\nface.jpg,blur\nnobody.jpg,blur\n";
    const estimate = await client.batches.estimate({ workflow: WORKFLOW, folder: album(), table, sample: 3 });
    expect(estimate).toMatchObject({ pictures: 3, of: 6, ignored: 1, recent: null, seconds: null });
    expect(estimate.unmatched).toEqual([{ line: 3, file: "nobody.jpg" }]);
    const wrong = client.batches.estimate({
      workflow: WORKFLOW,
      folder: album(),
      table: "file,mode\na,wavy",
    });
    await expect(wrong).rejects.toMatchObject({ code: "INPUT_INVALID", message: /table:2: .*mode/ });
  });

  it("are refused where the provider for all pictures is not to be had, and begun where rows choose it", async () => {
    const [stored, ...others] = await storedPictures(["a.jpg", "b.jpg"]);
    const pictures = stored === undefined ? others : [stored, ...others];
    const common = { workflow: "face-detail", inputs: { provider: "a1111" } };
    const refused = {
      code: "PROVIDER_UNAVAILABLE",
      message: expect.stringMatching(/steps\.detail\.provider: expected .*, received "a1111"/),
    };
    const before = (await client.runs.list()).runs.length;
    await expect(client.batches.create({ ...common, folder: album() })).rejects.toMatchObject(refused);
    await expect(client.batches.create({ ...common, pictures })).rejects.toMatchObject(refused);
    const one = host.services.store.db
      .selectFrom("batches")
      .select("uuid")
      .where("workflow_name", "=", "face-detail");
    const answer = await fetch(`${server.url}/api/runs`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ ...common, image: stored?.image }),
    });
    expect([answer.status, await answer.text()]).toEqual([
      expect.any(Number),
      expect.stringContaining("PROVIDER_UNAVAILABLE"),
    ]);
    expect(answer.ok).toBe(false);
    expect([(await client.runs.list()).runs.length, await one.execute()]).toEqual([before, []]);
    const table = "file,provider\na.jpg,local\n";
    const { batchUUID } = await client.batches.create({ ...common, pictures, table });
    expect(await one.execute()).toEqual([{ uuid: batchUUID }]);
    await client.batches.cancel(batchUUID);
  });

  it("pictures of a batch have the values of their rows, a sample is spread, and equal names become different ones", async () => {
    const pictures = await storedPictures(["a.jpg", "x/b.jpg", "c.jpg", "c.jpg"]);
    const table = "file;mode\nb.jpg;blur\n";
    const begun = await client.batches.create({ workflow: WORKFLOW, pictures, table });
    const { runs } = await vi.waitFor(async () => {
      const page = await client.runs.list({ batch: begun.batchUUID });
      expect(page.runs.map(({ file }) => file).sort()).toEqual(["a.jpg", "c (2).jpg", "c.jpg", "x/b.jpg"]);
      expect(page.runs.every(({ inputs }) => "image" in inputs)).toBe(true);
      return page;
    }, PATIENCE);
    const modes = Object.fromEntries(runs.map(({ file, inputs }) => [file, inputs["mode"]]));
    expect(modes["x/b.jpg"]).toBe("blur");
    expect(modes["a.jpg"]).not.toBe("blur");
    expect(await client.batches.settings(begun.batchUUID)).toMatchObject({
      workflow: WORKFLOW,
      hasTable: true,
      models: [{ step: "faces" }, {}],
    });
    const sampled = await client.batches.create({ workflow: WORKFLOW, folder: album(), sample: 2 });
    await vi.waitFor(async () => {
      const { pictures: shown } = await client.batches.pictures(sampled.batchUUID);
      expect(shown.map(({ file }) => file)).toEqual(["broken.png", "face.jpg"]);
    }, PATIENCE);
  });

  it("what a workflow needs may come from the table, for every picture", async () => {
    const workflow = {
      maskloom: 1,
      name: "made-to-measure",
      inputs: { image: { type: "image" }, side: { type: "integer", min: 8 } },
      steps: [
        {
          id: "fit",
          task: "resize",
          image: "${inputs.image}",
          width: "${inputs.side}",
          height: "${inputs.side}",
        },
      ],
      output: "${steps.fit.image}",
    };
    const pictures = await storedPictures(["a.jpg", "b.jpg"]);
    const estimate = (table: string) => client.batches.estimate({ workflow, pictures, table });
    expect(await estimate("file,side\na.jpg,16\nb.jpg,32\n")).toMatchObject({ pictures: 2 });
    await expect(estimate("file,side\na.jpg,16\n")).rejects.toMatchObject({
      code: "INPUT_INVALID",
      message: /b\.jpg has no side/,
    });
  });

  it("a batch that ended is a report, and a zip of its results that says the same", async () => {
    const worker = await startWorkerProcess(host.home);
    const { batchUUID } = await client.batches.create({ workflow: WORKFLOW, folder: album() });
    await vi.waitFor(async () => {
      expect(await client.batches.get(batchUUID)).toMatchObject({ status: "ended", toCome: 0 });
    }, PATIENCE);
    await worker.stop();
    const report = Report.parse(await client.batches.report(batchUUID));
    expect(report).toMatchObject({ batchUUID, pictures: 6 });
    const statusOf = Object.fromEntries(report.runs.map(({ file, status }) => [file, status]));
    expect(statusOf).toMatchObject({ "face.jpg": "succeeded", "b.png": "skipped", "broken.png": "failed" });
    const files = await unzip(await client.batches.results(batchUUID));
    const outputs = report.runs.flatMap(({ output }) => output ?? []);
    expect(outputs.toSorted()).toEqual(["b.png", "c.png", "d.png", "face.png", "inner/e.png"]);
    for (const output of outputs) expect(files.get(output)?.subarray(1, 4).toString()).toBe("PNG");
    expect(files.get("b.png")).toEqual(await plainPicture());
    expect(JSON.parse(files.get("maskloom-report.json")?.toString() ?? "")).toMatchObject({ batchUUID });
    const page = files.get("maskloom-report.html")?.toString() ?? "";
    const shown = [...page.matchAll(/src="([^"]+)"/g)].map(([, src]) => src ?? "");
    expect(shown.length).toBe(6);
    for (const src of shown) expect(files.has(src), src).toBe(true);
    const pages = await unzip(await client.batches.reportPages(batchUUID));
    expect(pages.has("face.png")).toBe(false);
    expect(pages.get("maskloom-report.html")?.toString()).not.toMatch(/href="face.png"/);
    const estimate = await client.batches.estimate({ workflow: WORKFLOW, folder: album() });
    expect(estimate.recent?.secondsPerPicture).toBeGreaterThan(0);
  }, 90_000);

  it("is nothing that another owner can see", async () => {
    const [batch] = (await client.batches.list()).batches;
    const other = asking(server.url, (await makeKey(host, { owner: "stranger" })).key);
    for (const what of ["settings", "pictures", "report.json", "report.zip", "results.zip"])
      expect((await other(`/api/batches/${batch?.batchUUID}/${what}`)).status, what).toBe(404);
  });
});

/** Every file of an archive, whole. */
async function unzip(stream: ReadableStream<Uint8Array>): Promise<Map<string, Buffer>> {
  const bytes = Buffer.from(await new Response(stream).arrayBuffer());
  const zip = await fromBufferPromise(bytes, {});
  const files = new Map<string, Buffer>();
  for await (const entry of zip.eachEntry()) {
    const chunks: Buffer[] = [];
    for await (const chunk of await zip.openReadStreamPromise(entry)) chunks.push(chunk as Buffer);
    files.set(entry.fileName, Buffer.concat(chunks));
  }
  return files;
}
