import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AlikeRuns, ComparedBatches } from "../../src/contracts/compare.ts";
import { DecisionList, ReviewList } from "../../src/contracts/review.ts";
import { RunDetail } from "../../src/contracts/run.ts";
import { asking, makeKey } from "./keyed-hosts.ts";
import { openServerHost, pictureForm, plainPicture, type ServerHost } from "./server-host.ts";

/** Ends when somebody decides, without any worker. */
const WORKFLOW = `
maskloom: 1
name: looked-at
inputs: { image: { type: image } }
steps:
  - { id: look, task: review, show: "\${inputs.image}" }
output: "\${steps.look.image}"
`;

describe("what is laid side by side", () => {
  let host: ServerHost;
  let ask: ReturnType<typeof asking>;
  let url: string;
  beforeAll(async () => {
    host = await openServerHost();
    const { key } = await makeKey(host);
    ({ url } = await host.start({ requireKeys: true }));
    ask = asking(url, key);
  });
  afterAll(() => host.stop());

  const begin = async (file: string, picture?: Buffer) => {
    const body = await pictureForm({ workflow: WORKFLOW, file }, picture);
    return RunDetail.parse(await (await ask("/api/runs", { method: "POST", body })).json());
  };
  const decide = async (run: RunDetail, body: object) => {
    const headers = { "content-type": "application/json" };
    const path = `/api/tasks/${run.tasks[0]?.taskUUID}/decision`;
    return ask(path, { method: "POST", headers, body: JSON.stringify(body) });
  };
  const get = async (path: string) => (await ask(path)).json();

  it("finds other runs of the same picture and of the same file, the newest first, and no others", async () => {
    const other = await plainPicture(40, 40);
    const first = await begin("folder/one.png");
    const renamed = await begin("another name.png");
    const changed = await begin("folder/one.png", other);
    await begin("other.png", other);
    await decide(renamed, { decision: "accept" });
    const { runs } = AlikeRuns.parse(await get(`/api/runs/${first.runUUID}/alike`));
    expect(runs.map(({ runUUID }) => runUUID)).toEqual([changed.runUUID, renamed.runUUID]);
    const theirs = asking(url, (await makeKey(host, { owner: "somebody" })).key);
    expect((await theirs(`/api/runs/${first.runUUID}/alike`)).status).toBe(404);
  });

  it("matches the files of two batches by name, and says whether the same came out", async () => {
    const [left, right] = [await begin("a.png"), await begin("a.png")];
    const elsewhere = await begin("b.png");
    for (const run of [left, right, elsewhere]) await decide(run, { decision: "accept" });
    const compared = async (one: RunDetail, other: RunDetail, more = "") =>
      ComparedBatches.parse(
        await get(`/api/batches/compare?left=${one.batchUUID}&right=${other.batchUUID}${more}`),
      );
    expect(await compared(left, right)).toMatchObject({
      total: 1,
      matched: 1,
      same: 1,
      files: [
        { file: "a.png", left: { runUUID: left.runUUID }, right: { runUUID: right.runUUID }, isSame: true },
      ],
    });
    const apart = await compared(left, elsewhere, "&sort=file");
    expect(apart).toMatchObject({ total: 2, matched: 0, same: 0 });
    expect(
      apart.files.map(({ file, left: one, right: other }) => [file, one !== null, other !== null]),
    ).toEqual([
      ["a.png", true, false],
      ["b.png", false, true],
    ]);
    for (const [one, other, status] of [
      [left.batchUUID, left.batchUUID, 400],
      [left.batchUUID, randomUUID(), 404],
    ])
      expect((await ask(`/api/batches/compare?left=${one}&right=${other}`)).status).toBe(status);
  });

  it("lists what waits in the order that is asked for, page by page, and who decided what", async () => {
    const [b, a] = [await begin("zz b.png"), await begin("zz a.png")];
    const list = async (query: string) => ReviewList.parse(await get(`/api/reviews?${query}`));
    const oldest = await list("sort=oldest&limit=200");
    const byName = await list("sort=file&limit=200");
    const names = (found: ReviewList) =>
      found.reviews.map(({ file }) => file).filter((file) => file.startsWith("zz"));
    expect([names(oldest), names(byName)]).toEqual([
      ["zz b.png", "zz a.png"],
      ["zz a.png", "zz b.png"],
    ]);
    const second = await list("sort=oldest&limit=1&offset=1");
    expect(second.reviews[0]?.taskUUID).toBe(oldest.reviews[1]?.taskUUID);
    expect((await list("step=another")).total).toBe(0);
    await decide(b, { decision: "accept" });
    await decide(a, { decision: "keepOriginal" });
    const { decisions } = DecisionList.parse(await get("/api/reviews/decisions?limit=2"));
    expect(decisions.map(({ file, decision, key }) => [file, decision, key?.name])).toEqual([
      ["zz a.png", "keepOriginal", "a key of local"],
      ["zz b.png", "accept", "a key of local"],
    ]);
    expect((await decide(a, { decision: "reroll", regions: [1] })).status).toBe(400);
  });
});
