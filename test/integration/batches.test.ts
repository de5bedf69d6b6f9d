import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { MaskloomClient } from "../../src/client/maskloom-client.ts";
import { BatchView } from "../../src/contracts/api.ts";
import { startFeeding } from "../../src/runs/batches/start-feeding.ts";
import type { RunningServer } from "../../src/server/start-server.ts";
import { asking, codeOf, makeKey } from "./keyed-hosts.ts";
import { openServerHost, plainPicture, type ServerHost } from "./server-host.ts";
import { startWorkerProcess } from "./worker-process.ts";

const PATIENCE = { timeout: 30_000, interval: 20 };
/** Nothing to find in plain pictures, so that each run ends soon, as skipped. */
const WORKFLOW = "anonymize-faces";

describe("batches of the API", () => {
  let host: ServerHost;
  let server: RunningServer;
  let client: MaskloomClient;
  let folder: string;
  let picture: Buffer;
  let site: Server;
  let siteUrl: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "maskloom-batch-"));
    picture = await plainPicture();
    site = createServer((request, response) => {
      if (request.url === "/gone.png") response.writeHead(404).end();
      else response.end(picture);
    });
    await new Promise<void>((resolve) => site.listen(0, "127.0.0.1", resolve));
    siteUrl = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
    host = await openServerHost({
      MASKLOOM_FOLDERS: folder,
      MASKLOOM_ALLOWED_TARGETS: new URL(siteUrl).host,
    });
    server = await host.start();
    client = new MaskloomClient({ baseUrl: server.url });
  });
  afterAll(async () => {
    await host.stop();
    site.close();
    await rm(folder, { recursive: true });
  });

  const post = (body: object, headers: Record<string, string> = {}) =>
    fetch(new URL("/api/batches", server.url), {
      method: "POST",
      body: JSON.stringify({ workflow: WORKFLOW, ...body }),
      headers: { "content-type": "application/json", ...headers },
    });
  const untilFed = async (batchUUID: string) =>
    vi.waitFor(async () => {
      const batch = await client.batches.get(batchUUID);
      expect(batch).toMatchObject({ complete: true, feed: { ended: true } });
      return batch;
    }, PATIENCE);
  const filesOf = async (batchUUID: string) => {
    const { runs } = await client.runs.list({ batch: batchUUID, limit: 200 });
    return runs.map(({ file }) => file).sort();
  };
  const makeFolder = async (name: string, files: readonly string[]) => {
    const made = path.join(folder, name);
    for (const file of files) {
      await mkdir(path.join(made, path.dirname(file)), { recursive: true });
      await writeFile(path.join(made, file), file.endsWith("broken.png") ? "no picture" : picture);
    }
    return made;
  };

  it("of a folder have a run for each picture under its name, and one bad file is one line of the ledger", async () => {
    const made = await makeFolder("album", [
      "a.png",
      "a.jpg",
      "b/c.webp",
      "b/broken.png",
      ".hidden.png",
      "notes.txt",
    ]);
    await symlink("/etc", path.join(made, "outside"));
    await symlink("/etc/hostname", path.join(made, "host.png"));
    const { batchUUID } = await client.batches.create({ workflow: WORKFLOW, folder: made });
    const batch = await untilFed(batchUUID);
    expect(await filesOf(batchUUID)).toEqual(["a.jpg", "a.png", "b/broken.png", "b/c.webp"]);
    expect(batch).toMatchObject({
      complete: true,
      runs: { queued: 3, failed: 1 },
      failures: [{ code: "IMAGE_UNREADABLE", runs: 1 }],
      feed: { folder: made, waiting: 0, ignored: 1, error: null },
    });
    const flat = await client.batches.create({ workflow: WORKFLOW, folder: made, recursive: false });
    await untilFed(flat.batchUUID);
    expect(await filesOf(flat.batchUUID)).toEqual(["a.jpg", "a.png"]);
    const listed = (await client.batches.list()).batches.slice(0, 2);
    expect(listed.map((one) => one.batchUUID)).toEqual([flat.batchUUID, batchUUID]);
    expect(listed.map((one) => one.folder)).toEqual([made, made]);
    expect(listed.map(({ pictures }) => pictures.map(({ file }) => file).sort())).toEqual([
      ["a.jpg", "a.png"],
      ["a.jpg", "a.png", "b/c.webp"],
    ]);
  });

  const maskOf = async (batchUUID: string, file: string) => {
    const { runs } = await client.runs.list({ batch: batchUUID, limit: 200 });
    const { mask } = runs.find((run) => run.file === file)?.inputs ?? {};
    const uuid = z.object({ uuid: z.string() }).safeParse(mask).data?.uuid;
    return uuid === undefined ? null : Buffer.from((await client.artifacts.download(uuid)).bytes);
  };
  const MASKED = "remove-object";

  it("have a mask for each picture, from a folder with files named like the pictures", async () => {
    const made = await makeFolder("masked", ["a.jpg", "b.png", "sub/c.png", "none.png"]);
    const masks = path.join(folder, "masks");
    const drawn = await Promise.all([1, 2, 3].map((at) => plainPicture(64 * at, 48 * at)));
    await mkdir(path.join(masks, "sub"), { recursive: true });
    const [a = picture, b = picture, c = picture] = drawn;
    for (const [name, bytes] of [
      ["a.png", a],
      ["b.png.webp", b],
      ["sub/c.jpg", c],
      ["c.png", a],
    ] as const)
      await writeFile(path.join(masks, name), bytes);
    const { batchUUID } = await client.batches.create({
      workflow: MASKED,
      folder: made,
      masks: { mask: masks },
    });
    const batch = await untilFed(batchUUID);
    expect(batch.failures).toMatchObject([
      {
        code: "INPUT_MISSING",
        runs: 1,
        example: expect.stringMatching(/mask: expected the picture's mask, as none\.png/),
      },
    ]);
    expect(await maskOf(batchUUID, "a.jpg")).toEqual(a);
    expect(await maskOf(batchUUID, "b.png")).toEqual(b);
    expect(await maskOf(batchUUID, "sub/c.png")).toEqual(c);
  });

  it("have masks that are stored already, by the pictures' names, and by the table before that", async () => {
    const store = async (side: number) => {
      const bytes = await plainPicture(side, side);
      const form = new FormData();
      form.append("images", new Blob([new Uint8Array(bytes)]), "mask.png");
      const stored = await fetch(new URL("/api/artifacts", server.url), { method: "POST", body: form });
      const { pictures } = z
        .object({ pictures: z.array(z.object({ image: z.string() })) })
        .parse(await stored.json());
      return { bytes, image: pictures[0]?.image ?? "" };
    };
    const [one, two] = [await store(20), await store(30)];
    const { image } = await store(40);
    const body = {
      workflow: MASKED,
      pictures: [
        { image, file: "x/a.png" },
        { image, file: "b.png" },
      ],
      masks: {
        mask: [
          { file: "a.png", image: one.image },
          { file: "b.png", image: one.image },
        ],
      },
      table: `file,mask\nb.png,${two.image}\n`,
    };
    const response = await post(body);
    const { batchUUID } = BatchView.parse(await response.json());
    await untilFed(batchUUID);
    expect(await maskOf(batchUUID, "x/a.png")).toEqual(one.bytes);
    expect(await maskOf(batchUUID, "b.png")).toEqual(two.bytes);
  });

  it("take masks of workflows that have some, from folders that are listed", async () => {
    const made = await makeFolder("few", ["a.png"]);
    const wrong: [object, string, RegExp][] = [
      [{ masks: { mask: "/etc" } }, "FORBIDDEN", /folder: expected an absolute path/],
      [{ masks: { masc: made } }, "INPUT_INVALID", /masks\.masc: .*Did you mean mask\?/],
      [{}, "INPUT_INVALID", /needs mask/],
      [{ workflow: WORKFLOW, masks: { mask: made } }, "INPUT_INVALID", /masks\.mask: .*it has none/],
    ];
    for (const [body, code, message] of wrong) {
      const response = await post({ workflow: MASKED, folder: made, ...body });
      const { error } = z
        .object({ error: z.object({ code: z.string(), message: z.string() }) })
        .parse(await response.json());
      expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
    }
  });

  it("of one picture take its mask as it is, too: base64 or a data: URI among the inputs", async () => {
    const mask = await plainPicture(64, 48);
    const image = picture.toString("base64");
    const sent = [mask.toString("base64"), `data:image/png;base64,${mask.toString("base64")}`];
    for (const text of sent) {
      const run = await client.runs.create({ workflow: MASKED, image: picture, inputs: { mask: text } });
      const { uuid } = z.object({ uuid: z.string() }).parse(run.inputs["mask"]);
      expect(Buffer.from((await client.artifacts.download(uuid)).bytes)).toEqual(mask);
    }
    const runWith = async (text: string) => {
      const response = await fetch(new URL("/api/runs", server.url), {
        method: "POST",
        body: JSON.stringify({ workflow: MASKED, image, inputs: { mask: text } }),
        headers: { "content-type": "application/json" },
      });
      return { status: response.status, text: await response.text() };
    };
    expect(await runWith("./mask.png")).toMatchObject({
      status: 400,
      text: expect.stringMatching(/mask: expected base64, a data: URI/),
    });
    const broken = Buffer.from("this is no picture at all").toString("base64");
    expect(await runWith(broken)).toMatchObject({ status: 422, text: expect.stringMatching(/mask: /) });
  });

  it("of folders that the configuration does not list are refused alike, whether they exist or not", async () => {
    await symlink("/etc", path.join(folder, "way-out"));
    const codes: string[] = [];
    for (const place of ["/etc", "/nowhere", "album", `${folder}/../`, path.join(folder, "way-out")]) {
      codes.push(await codeOf(await post({ folder: place })));
    }
    expect(codes).toEqual(Array(5).fill("FORBIDDEN"));
    expect(await codeOf(await post({ folder: path.join(folder, "missing") }))).toBe("INPUT_MISSING");
    const bare = await openServerHost();
    try {
      const { url } = await bare.start();
      const other = new MaskloomClient({ baseUrl: url });
      await expect(other.batches.create({ workflow: WORKFLOW, folder })).rejects.toMatchObject({
        code: "FORBIDDEN",
      });
    } finally {
      await bare.stop();
    }
  });

  it("of URLs fetch each when its turn comes; what is not to be had can be retried", async () => {
    const { batchUUID } = await client.batches.create({
      workflow: WORKFLOW,
      urls: [
        `${siteUrl}/a.png`,
        `${siteUrl}/b/a.png?x=1`,
        { url: `${siteUrl}/c`, file: "named/c.png" },
        `${siteUrl}/gone.png`,
        "http://10.0.0.1/x.png",
      ],
    });
    const batch = await untilFed(batchUUID);
    expect(await filesOf(batchUUID)).toEqual(["a (2).png", "a.png", "gone.png", "named/c.png", "x.png"]);
    expect(batch.failures.map(({ code, runs }) => [code, runs])).toEqual([
      ["FETCH_FAILED", 1],
      ["TARGET_REFUSED", 1],
    ]);
    const retried = await client.batches.retryFailed(batchUUID);
    expect([retried.retried, retried.left]).toEqual([2, 0]);
    expect((await untilFed(batchUUID)).runs).toMatchObject({ queued: 3, failed: 2 }); // they are no better now
    const twice = [1, 2].map(() => ({ url: `${siteUrl}/a.png`, file: "same.png" }));
    expect(await codeOf(await post({ urls: twice }))).toBe("INPUT_INVALID");
    expect(await codeOf(await post({ urls: ["file:///etc/passwd"] }))).toBe("INPUT_INVALID");
    expect(await codeOf(await post({}))).toBe("INPUT_INVALID");
  });

  it("of a form take many pictures, of which one that is none harms no other", async () => {
    const images = [
      new File([new Uint8Array(picture)], "one.png"),
      new File([new Uint8Array(picture)], "one.png"),
      new File(["text"], "bad.png"),
    ];
    const { batchUUID } = await client.batches.create({
      workflow: WORKFLOW,
      images,
      inputs: { mode: "blur" },
      priority: 3,
    });
    const batch = await untilFed(batchUUID);
    expect(batch).toMatchObject({ priority: 3, runs: { queued: 2, failed: 1 } });
    expect(await filesOf(batchUUID)).toEqual(["bad.png", "one (2).png", "one.png"]);
    const { runs } = await client.runs.list({ batch: batchUUID });
    expect(runs.map(({ error }) => error?.code ?? null).sort()).toEqual(["IMAGE_UNREADABLE", null, null]);
    expect((await client.batches.retryFailed(batchUUID)).left).toBe(1); // its bytes are gone
  });

  it("are begun once for a key, and another request under the same one is a conflict", async () => {
    const made = await makeFolder("once", ["a.png"]);
    const headers = { "idempotency-key": "an order of pictures" };
    expect(await codeOf(await post({ folder: made }, headers))).toBe("INPUT_INVALID"); // it holds spaces
    headers["idempotency-key"] = "order-1";
    expect(await codeOf(await post({ folder: "/etc" }, headers))).toBe("FORBIDDEN"); // made nothing: the key is free
    const answers = await Promise.all([1, 2, 3].map(() => post({ folder: made }, headers)));
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses[0]).toBe(202);
    expect(statuses.every((status) => status === 202 || status === 409)).toBe(true);
    const again = await post({ folder: made }, headers);
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    const batch = BatchView.parse(await again.json());
    for (const answer of answers.filter(({ status }) => status === 202)) {
      expect(((await answer.json()) as BatchView).batchUUID).toBe(batch.batchUUID);
    }
    expect(await codeOf(await post({ folder: made, priority: 1 }, headers))).toBe("CONFLICT");
    const { batches } = await client.batches.list({ limit: 200 });
    expect(batches.filter(({ batchUUID }) => batchUUID === batch.batchUUID)).toHaveLength(1);
  });

  it("runs are begun once for a key, too, also where their picture cannot be used", async () => {
    const create = (image: Uint8Array, idempotencyKey: string) =>
      client.runs.create({ workflow: WORKFLOW, image, idempotencyKey });
    const first = await create(picture, "run-1");
    expect((await create(picture, "run-1")).runUUID).toBe(first.runUUID);
    await expect(create(await plainPicture(8, 8), "run-1")).rejects.toMatchObject({ code: "CONFLICT" });
    const failure = () =>
      create(new Uint8Array([1]), "run-2").then(
        () => null,
        (error: Error) => error.cause,
      );
    const told = await failure();
    expect(told).toMatchObject({ status: 422, runUUID: expect.any(String) });
    expect(await failure()).toEqual(told);
  });

  it("are nobody else's, and viewers may look and no more", async () => {
    const made = await makeFolder("mine", ["a.png"]);
    const { batchUUID } = await client.batches.create({ workflow: WORKFLOW, folder: made });
    const viewer = asking(server.url, (await makeKey(host, { role: "viewer" })).key);
    const operator = asking(server.url, (await makeKey(host)).key);
    const stranger = asking(server.url, (await makeKey(host, { owner: "stranger" })).key);
    expect((await viewer(`/api/batches/${batchUUID}`)).status).toBe(200);
    for (const action of ["pause", "resume", "cancel", "retry-failed"]) {
      const init = { method: "POST" };
      expect((await viewer(`/api/batches/${batchUUID}/${action}`, init)).status, action).toBe(403);
      expect((await stranger(`/api/batches/${batchUUID}/${action}`, init)).status, action).toBe(404);
    }
    expect((await operator("/api/queues/masking/pause", { method: "POST" })).status).toBe(403);
    expect((await (await stranger("/api/batches")).json()) as object).toEqual({ batches: [], next: null });
  });

  it("are fed no faster than their runs end, and by another process where one stops", async () => {
    const names = Array.from({ length: 150 }, (_, at) => `${at % 3}/${at}.png`);
    const made = await makeFolder("many", names);
    const { batchUUID } = await client.batches.create({ workflow: WORKFLOW, folder: made });
    await vi.waitFor(
      async () => expect((await client.batches.get(batchUUID)).runs.queued).toBe(64),
      PATIENCE,
    );
    expect((await client.batches.get(batchUUID)).feed).toMatchObject({ ended: false });
    await server.close();
    const next = startFeeding(host.services, { onError: (error) => expect(error).toBeNull(), pollMs: 50 });
    const worker = await startWorkerProcess(host.home);
    server = await host.start();
    client = new MaskloomClient({ baseUrl: server.url });
    try {
      await vi.waitFor(async () => expect((await client.batches.get(batchUUID)).status).toBe("ended"), {
        timeout: 90_000,
        interval: 100,
      });
      expect((await client.batches.get(batchUUID)).runs.skipped).toBe(names.length);
      expect(await filesOf(batchUUID)).toEqual([...names].sort());
    } finally {
      await worker.stop();
      await next.stop();
    }
  });
});
