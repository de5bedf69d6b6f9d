import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { MaskloomClient } from "../../src/client/maskloom-client.ts";
import type { RunningServer } from "../../src/server/start-server.ts";
import { currentCursor, readEvents } from "../../src/store/events.ts";
import { makeKey } from "./keyed-hosts.ts";
import { openServerHost, plainPicture, type ServerHost } from "./server-host.ts";

const hiding = (name: string, blocks: number, comment = "") => `maskloom: 1
name: ${name}${comment}
description: Hides everything.
inputs:
  image: { type: image }
steps:
  - id: hide
    task: imageInference
    model: local:fill
    seedImage: \${inputs.image}
    settings: { mode: pixelate, blocks: ${blocks} }
output: \${steps.hide.image}
`;

const using = (name: string, workflow: string) => `maskloom: 1
name: ${name}
inputs: { image: { type: image } }
steps:
  - { id: inner, task: use, workflow: ${workflow}, inputs: { image: "\${inputs.image}" } }
output: \${steps.inner.image}
`;

describe("workflows that are saved", () => {
  let host: ServerHost;
  let server: RunningServer;
  let client: MaskloomClient;
  beforeAll(async () => {
    host = await openServerHost();
    server = await host.start();
    client = new MaskloomClient({ baseUrl: server.url });
  });
  afterAll(() => host.stop());

  const save = (name: string, source: string, basedOn: number) =>
    client.workflows.save(name, { source, basedOn });
  const numbersOf = async (name: string) =>
    (await client.workflows.versions(name)).versions.map(({ number }) => number);

  it("are live events, so that whoever looks at them elsewhere learns of it", async () => {
    const cursor = await currentCursor(host.services.store.db);
    await save("told", hiding("told", 4), 0);
    await client.workflows.remove("told");
    const events = await vi.waitFor(async () => {
      const page = await readEvents(host.services.store.db, cursor, {}, 10);
      expect(page.events).toHaveLength(2);
      return page.events;
    });
    expect(events.map(({ type, data }) => [type, data["name"]])).toEqual([
      ["workflow.saved", "told"],
      ["workflow.removed", "told"],
    ]);
  });

  it("are listed beside the ready-made ones, with their steps and which needs which", async () => {
    const saved = await save("hide-all", hiding("hide-all", 4, " # mine"), 0);
    expect(saved).toMatchObject({ origin: "saved", version: 1, source: hiding("hide-all", 4, " # mine") });
    const all = await client.workflows.list();
    expect(all.find(({ name }) => name === "hide-all")).toMatchObject({
      description: "Hides everything.",
      origin: "saved",
      steps: [
        {
          id: "hide",
          task: "imageInference",
          what: "local:fill",
          needs: [],
          yields: expect.arrayContaining(["image", "quality", "cost"]),
        },
      ],
    });
    const shipped = all.find(({ name }) => name === "face-detail");
    expect(shipped).toMatchObject({ origin: "shipped", version: null });
    expect(shipped?.steps.some(({ needs }) => needs.length > 0)).toBe(true);
    expect(all.map(({ name }) => name)).toEqual(all.map(({ name }) => name).sort());
  });

  it("have versions: each change one, the same text none, and comments share the digest", async () => {
    const first = await save("counted", hiding("counted", 2), 0);
    await save("counted", hiding("counted", 2), 1);
    expect(await numbersOf("counted")).toEqual([1]);
    const commented = await save("counted", hiding("counted", 2, " # why"), 1);
    const other = await save("counted", hiding("counted", 3), 2);
    expect(await numbersOf("counted")).toEqual([3, 2, 1]);
    expect(commented.digest).toBe(first.digest);
    expect(other.digest).not.toBe(first.digest);
    const { versions } = await client.workflows.versions("counted");
    expect(versions.map(({ isCurrent }) => isCurrent)).toEqual([true, false, false]);
    const old = await client.workflows.version("counted", "1");
    expect(old).toMatchObject({ source: hiding("counted", 2), origin: "saved" });
    expect(old.expanded).toContain("blocks: 2");
  });

  it("lose nothing to two who save at once: one is told, and what it was based on stays", async () => {
    await save("contested", hiding("contested", 2), 0);
    const both = await Promise.allSettled(
      [3, 4].map((blocks) => save("contested", hiding("contested", blocks), 1)),
    );
    const refused = both.find(({ status }) => status === "rejected");
    expect(both.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(refused).toMatchObject({ reason: { code: "CONFLICT" } });
    expect(await numbersOf("contested")).toEqual([2, 1]);
  });

  it("are refused where the text is wrong, says another name, or the name is taken by a ready-made one", async () => {
    await expect(save("broken", "maskloom: 1\nname: broken\n", 0)).rejects.toMatchObject({
      code: "WORKFLOW_INVALID",
    });
    await expect(save("one", hiding("another", 2), 0)).rejects.toMatchObject({ code: "INPUT_INVALID" });
    await expect(save("face-detail", hiding("face-detail", 2), 0)).rejects.toMatchObject({
      code: "CONFLICT",
    });
    await expect(client.workflows.get("broken")).rejects.toMatchObject({ code: "WORKFLOW_UNKNOWN" });
  });

  it("are run by name, use each other, and say how it went", async () => {
    await save("inner", hiding("inner", 2), 0);
    const outer = await save("outer", using("outer", "inner"), 0);
    const run = await client.runs.create({ workflow: "outer", image: new Uint8Array(await plainPicture()) });
    expect(await client.runs.workflow(run.runUUID)).toMatchObject({ name: "outer", digest: outer.digest });
    expect(run.tasks.map(({ step }) => step)).toEqual(["inner_hide"]);
    const used = (await client.workflows.usage()).workflows.find(({ name }) => name === "outer");
    expect(used).toMatchObject({ runs: 1, succeeded: 0, failed: 0, medianSeconds: null });
    const [version] = (await client.workflows.versions("outer")).versions;
    expect(version?.usage?.runs).toBe(1);
  });

  it("are known by their runs where what they used has changed since", async () => {
    await save("part", hiding("part", 2), 0);
    await save("whole", using("whole", "part"), 0);
    const picture = new Uint8Array(await plainPicture());
    await client.runs.create({ workflow: "whole", image: picture });
    await save("part", hiding("part", 5), 1);
    const later = await client.runs.create({ workflow: "whole", image: picture });
    const { digest } = await client.runs.workflow(later.runUUID);
    const { versions } = await client.workflows.versions("whole");
    expect(versions.map(({ origin }) => origin)).toEqual(["saved", "ran"]);
    const ran = await client.workflows.version("whole", digest);
    expect(ran).toMatchObject({ source: null, origin: "ran" });
    const followed = await client.runs.list({ workflow: `whole@${digest.slice(0, 12)}` });
    expect(followed.runs.map(({ runUUID }) => runUUID)).toEqual([later.runUUID]);
    expect(ran.expanded).toContain("blocks: 5");
  });

  it("give their name up when they are removed, and go on counting when it is taken again", async () => {
    await save("passing", hiding("passing", 2), 0);
    await client.workflows.remove("passing");
    await expect(client.workflows.get("passing")).rejects.toMatchObject({ code: "WORKFLOW_UNKNOWN" });
    await expect(client.workflows.remove("passing")).rejects.toMatchObject({ code: "WORKFLOW_UNKNOWN" });
    expect(await numbersOf("passing")).toEqual([1]);
    expect((await save("passing", hiding("passing", 3), 0)).version).toBe(3);
    const { db } = host.services.store;
    const written = await db.selectFrom("audit").select(["action"]).where("target", "=", "passing").execute();
    expect(written.map(({ action }) => action)).toEqual([
      "workflow.save",
      "workflow.remove",
      "workflow.save",
    ]);
  });

  it("are their owner's alone", async () => {
    await save("private", hiding("private", 2), 0);
    const { key } = await makeKey(host, { owner: "somebody-else" });
    const foreign = new MaskloomClient({ baseUrl: server.url, apiKey: key });
    expect((await foreign.workflows.list()).filter(({ origin }) => origin === "saved")).toEqual([]);
    const image = new Uint8Array(await plainPicture());
    const asked = [
      foreign.workflows.get("private"),
      foreign.workflows.versions("private"),
      foreign.workflows.version("private", "1"),
      foreign.runs.create({ workflow: "private", image }),
    ];
    const answers = await Promise.allSettled(asked);
    expect(answers.every(({ status }) => status === "rejected")).toBe(true);
    await foreign.workflows.save("private", { source: hiding("private", 9), basedOn: 0 });
    expect((await client.workflows.get("private")).source).toBe(hiding("private", 2));
  });
});

describe("a text on its way to a workflow", () => {
  let host: ServerHost;
  let client: MaskloomClient;
  beforeAll(async () => {
    host = await openServerHost();
    client = new MaskloomClient({ baseUrl: (await host.start()).url });
  });
  afterAll(() => host.stop());

  it("is told all its faults with line and column, and what was meant", async () => {
    const { faults, outline } = await client.workflows.check(
      hiding("wrong", 4).replace("seedImage", "seedImages").replace("steps.hide", "steps.hid"),
    );
    expect(outline).toBeNull();
    expect(faults.map(({ line, path }) => [line, path])).toEqual([
      [7, "steps[0].seedImage"],
      [10, "steps[0].seedImages"],
      [12, "output"],
    ]);
    expect(faults.at(-1)?.message).toMatch(/hide/);
  });

  it("is drawn where it has none, and told what is not here", async () => {
    const good = await client.workflows.check(hiding("good", 4));
    expect(good).toMatchObject({ faults: [], problem: null, outline: { name: "good" } });
    const lacking = await client.workflows.check(hiding("lacking", 4).replace("local:fill", "local:nothing"));
    expect(lacking).toMatchObject({ faults: [], outline: { name: "lacking" } });
    expect(lacking.problem?.message).toContain("local:nothing");
  });

  it("is told where it uses itself, or what is not there", async () => {
    const itself = await client.workflows.check(using("loop", "loop"));
    expect(itself.faults).toMatchObject([{ line: 5, path: "steps[0].workflow" }]);
    const missing = await client.workflows.check(using("lost", "face-detial"));
    expect(missing.faults[0]?.message).toContain("face-detail");
  });

  it("is made of another tool's settings, with what has no equivalent", async () => {
    const imported = await client.workflows.import({
      source: '{"ad_model": "face_yolov8n.pt", "ad_restore_face": true}',
      name: "from-there",
    });
    expect(imported.from).toBe("adetailer");
    expect(imported.notes.some(({ kind }) => kind === "dropped")).toBe(true);
    const checked = await client.workflows.check(imported.source);
    expect(checked).toMatchObject({ faults: [], outline: { name: "from-there" } });
    await expect(client.workflows.import({ source: "not json" })).rejects.toMatchObject({
      code: "INPUT_INVALID",
    });
  });
});
