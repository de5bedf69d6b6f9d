import { readFile } from "node:fs/promises";
import { Validator } from "@seriousme/openapi-schema-validator";
import { Ajv2020 } from "ajv/dist/2020.js";
import formatsPlugin from "ajv-formats";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RunPage } from "../../src/contracts/api.ts";
import { newRunUUID } from "../../src/contracts/ids.ts";
import { RunDetail } from "../../src/contracts/run.ts";
import { describeApi } from "../../src/server/openapi.ts";
import { routes } from "../../src/server/routes.ts";
import type { RunningServer } from "../../src/server/start-server.ts";
import { makeKey } from "./keyed-hosts.ts";
import { putPreview } from "./put-preview.ts";
import { openServerHost, pictureForm, picturesForm, plainPicture, type ServerHost } from "./server-host.ts";

describe("the server's routes", () => {
  let host: ServerHost;
  let server: RunningServer;
  beforeAll(async () => {
    host = await openServerHost({ RUNWARE_API_URL: "http://127.0.0.1:1" });
    server = await host.start();
  });
  afterAll(() => host.stop());

  const ask = (path: string, init?: RequestInit) => fetch(new URL(path, server.url), init);
  const post = (path: string, body: unknown) =>
    ask(path, {
      method: "POST",
      ...(body instanceof FormData
        ? { body }
        : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    });
  const codeOf = async (response: Response) =>
    ((await response.json()) as { error: { code: string; message: string } }).error;
  const begin = async (fields: Readonly<Record<string, string>> = {}) => {
    const response = await post("/api/runs", await pictureForm(fields));
    return RunDetail.parse(await response.json());
  };

  it("describe themselves in a valid OpenAPI 3.1 document that has every one of them", async () => {
    const document = (await (await ask("/openapi.json")).json()) as ReturnType<typeof describeApi>;
    const result = await new Validator().validate(document);
    expect(result.errors ?? []).toEqual([]);
    expect(result.valid).toBe(true);
    const described = Object.entries(document["paths"] as Record<string, object>).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path.replace(/\{(\w+)\}/g, ":$1")}`),
    );
    const expected = [...routes.map(({ method, path }) => `${method} ${path}`), "post /v1", "get /v1"];
    expect(described.sort()).toEqual(expected.sort());
  });

  it("tell how large the pictures of a run are, for whoever keeps their place", async () => {
    const run = await begin();
    const { uuid } = run.inputs["image"] as { uuid: string };
    expect(run.sizes).toEqual({ [uuid]: { width: expect.any(Number), height: expect.any(Number) } });
    const { width, height } = await sharp(
      await (await ask(`/api/artifacts/${uuid}`)).arrayBuffer(),
    ).metadata();
    expect(run.sizes?.[uuid]).toEqual({ width, height });
  });

  it("answer what the document says, status and body", async () => {
    const run = await begin();
    const task = run.tasks[0]?.taskUUID;
    const document = JSON.parse(JSON.stringify(describeApi(routes))) as {
      paths: Record<string, Record<string, { responses: Record<string, { content?: JsonContent }> }>>;
    };
    type JsonContent = { "application/json"?: { schema: object } };
    const ajv = new Ajv2020({ strict: false, allErrors: true });
    formatsPlugin.default(ajv);
    ajv.addSchema({ ...document, $id: "https://maskloom.test/openapi.json" });
    const paths: Record<string, string> = {
      "/api/runs/:runUUID/workflow": `/api/runs/${run.runUUID}/workflow`,
      "/api/runs/:runUUID": `/api/runs/${run.runUUID}`,
      "/api/runs/:runUUID/logs": `/api/runs/${run.runUUID}/logs`,
      "/api/runs/:runUUID/cancel": `/api/runs/${run.runUUID}/cancel`,
      "/api/tasks/:taskUUID": `/api/tasks/${task}`,
      "/api/batches/:batchUUID": `/api/batches/${run.batchUUID}`,
      ...Object.fromEntries(
        ["retry", "reroll", "rerun"].map((action) => [
          `/api/runs/:runUUID/${action}`,
          `/api/runs/${run.runUUID}/${action}`,
        ]),
      ),
      ...Object.fromEntries(
        ["crops", "calls", "logs", "cancel", "retry", "reroll", "decision", "parked"].map((action) => [
          `/api/tasks/:taskUUID/${action}`,
          `/api/tasks/${task}/${action}`,
        ]),
      ),
      ...Object.fromEntries(
        [
          ...["pause", "resume", "cancel", "retry-failed", "budget"],
          ...["settings", "pictures", "report.json", "report.zip", "results.zip"],
        ].map((action) => [`/api/batches/:batchUUID/${action}`, `/api/batches/${run.batchUUID}/${action}`]),
      ),
      "/api/runs/:runUUID/alike": `/api/runs/${run.runUUID}/alike`,
      "/api/providers/:name/limits": "/api/providers/runware/limits",
      "/api/providers/:name/test": "/api/providers/runware/test",
      "/api/queues/:name/pause": "/api/queues/masking/pause",
      "/api/queues/:name/resume": "/api/queues/masking/resume",
      "/api/workflows/:name": "/api/workflows/mine",
      "/api/workflows/:name/versions": "/api/workflows/mine/versions",
      "/api/workflows/:name/versions/:version": `/api/workflows/${run.workflow}/versions/${run.workflowDigest}`,
      "/v1/images/:file": `/v1/images/${(run.inputs["image"] as { uuid: string }).uuid}.webp`,
      "/schemas/:file": "/schemas/imageMasking.json",
      "/docs/:file": "/docs/page.js",
      "/api/artifacts/:uuid/thumbnail": `/api/artifacts/${(run.inputs["image"] as { uuid: string }).uuid}/thumbnail`,
      "/api/models/:id/pull": "/api/models/mediapipe_face_full/pull",
      "/api/models/:id": "/api/models/mediapipe_face_full",
      "/api/models/:id/bench": "/api/models/mediapipe_face_full/bench?rounds=1",
      "/api/batches/compare": `/api/batches/compare?left=${run.batchUUID}&right=${(await begin()).batchUUID}`,
      "/api/find/:uuid": `/api/find/${run.runUUID}`,
      "/api/spending": "/api/spending?from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z",
      "/api/spending/calls.csv": "/api/spending/calls.csv?from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z",
      "/api/calls/:callUUID/preview": `/api/calls/${await putPreview(host.services.store.db, run, await plainPicture())}/preview`,
      "/api/owners/:name": "/api/owners/passing",
      "delete /api/runs/:runUUID": `/api/runs/${(await begin()).runUUID}`,
      "/api/keys/:id": `/api/keys/${(await makeKey(host)).id}`,
      "/api/artifacts/:uuid": `/api/artifacts/${(run.inputs["image"] as { uuid: string }).uuid}`,
    };
    const face = await readFile("workflows/face-detail.yaml", "utf8");
    const mine = { source: face.replace("name: face-detail", "name: mine"), basedOn: 0 };
    const bodies: Record<string, object> = {
      "post /api/runs/:runUUID/rerun": { from: "hide" },
      "post /api/runs/tags": { filter: { status: "failed" }, add: ["seen"] },
      "post /api/runs/bulk": { action: "retry", filter: { q: "nothing is called so" } },
      "post /api/runs/rerun": { filter: { q: "nothing is called so" }, from: "hide" },
      "post /api/runs/export": { runs: [run.runUUID] },
      "put /api/workflows/:name": mine,
      "post /api/workflow-checks": { source: "maskloom: 1" },
      "post /api/workflow-imports": { source: '[{ "ad_model": "face_yolov8n.pt" }]' },
      "post /api/detect": {
        model: "mediapipe_face_full",
        image: (run.inputs["image"] as { uuid: string }).uuid,
      },
      "post /api/tasks/:taskUUID/decision": { decision: "accept" },
      "post /api/reviews/decisions": { decisions: [{ taskUUID: task, decision: "accept" }] },
      "post /api/parked": { decision: "resend", filter: {} },
      "post /api/tasks/:taskUUID/parked": { decision: "resend" },
      "put /api/batches/:batchUUID/budget": { maxCost: 5 },
      "put /api/providers/:name/limits": { day: 5 },
      "patch /api/batches/:batchUUID": { priority: 5 },
      "post /api/keys": { owner: "somebody" },
      "patch /api/owners/:name": { runsPerDay: 5 },
      "patch /api/settings": { MASKLOOM_KEEP_EVENT_DAYS: 5 },
      "post /api/batches/estimate": { workflow: "anonymize-faces", urls: ["http://127.0.0.1:1/a.png"] },
      "post /api/batches/dry-run": { workflow: "anonymize-faces", urls: ["http://127.0.0.1:1/a.png"] },
      "post /api/batches": { workflow: "anonymize-faces", urls: ["http://127.0.0.1:1/a.png"] },
    };
    const json = (body: object) => ({
      body: JSON.stringify(body),
      headers: { "content-type": "application/json" },
    });
    await ask("/api/workflows/mine", { method: "PUT", ...json(mine) });
    await makeKey(host, { owner: "passing" });
    const checked: string[] = [];
    for (const { method, path } of routes) {
      const isForm = method === "post" && ["/api/runs", "/api/artifacts"].includes(path);
      const body = bodies[`${method} ${path}`];
      const response = isForm
        ? await post(path, path === "/api/runs" ? await pictureForm() : await picturesForm())
        : await ask(paths[`${method} ${path}`] ?? paths[path] ?? path, {
            method: method.toUpperCase(),
            ...(body === undefined ? {} : json(body)),
          });
      const answers = document.paths[path.replace(/:(\w+)/g, "{$1}")]?.[method]?.responses ?? {};
      /* What cannot be done to this run (it has not ended, say) is a failure like any other. */
      const isRefused =
        response.status === 409 || (path.startsWith("/api/models/") && response.status === 400);
      const status = isRefused ? "default" : String(response.status);
      const described = answers[status];
      expect(described, `${method} ${path} answered ${response.status}`).toBeDefined();
      if (described?.content?.["application/json"]?.schema === undefined) continue;
      const pointer = [
        path.replace(/:(\w+)/g, "{$1}"),
        method,
        "responses",
        status,
        "content",
        "application/json",
        "schema",
      ];
      const reference = ["", "paths", ...pointer]
        .map((part) => encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1")))
        .join("/");
      const validate = ajv.compile({ $ref: `https://maskloom.test/openapi.json#${reference}` });
      validate(await response.json());
      expect(validate.errors ?? [], `${method} ${path}`).toEqual([]);
      checked.push(`${method} ${path}`);
    }
    expect(checked.length).toBeGreaterThanOrEqual(12);
  });

  it("begin a run from a form and say where it is", async () => {
    const response = await post("/api/runs", await pictureForm({ inputs: '{"mode":"blur"}' }));
    expect(response.status).toBe(202);
    const run = RunDetail.parse(await response.json());
    expect(response.headers.get("location")).toBe(`/api/runs/${run.runUUID}`);
    expect(run).toMatchObject({
      workflow: "anonymize-faces",
      file: "blue sky.png",
      inputs: { mode: "blur" },
    });
    expect(run.tasks.map(({ status }) => status)).toContain("queued");
  });

  it("begin a run from JSON: base64, a data URI, or an artifact that is already here", async () => {
    const base64 = (await plainPicture()).toString("base64");
    const start = async (image: string) => {
      const response = await post("/api/runs", { workflow: "anonymize-faces", image, file: "a/b.png" });
      expect(response.status).toBe(202);
      return RunDetail.parse(await response.json());
    };
    const first = await start(base64);
    const image = first.inputs["image"] as { uuid: string; meta: object };
    expect(image.meta).toEqual({ width: 64, height: 48, name: "b", folder: "a" });
    await start(`data:image/png;base64,${base64}`);
    const again = await start(image.uuid);
    expect(again.inputs["image"]).toMatchObject({ uuid: image.uuid });
  });

  it("take a whole workflow instead of a name, as text or as an object", async () => {
    const { document } = (await (await ask("/api/workflows/anonymize-faces")).json()) as { document: object };
    const image = (await plainPicture()).toString("base64");
    const own = { ...document, name: "my-own" };
    for (const workflow of [own, JSON.stringify(own)]) {
      const response = await post("/api/runs", { workflow, image });
      expect(response.status).toBe(202);
      expect(await response.json()).toMatchObject({ workflow: "my-own" });
    }
  });

  it("keep a run with its error where the picture cannot be read", async () => {
    const response = await post("/api/runs", await pictureForm({}, Buffer.from("no picture")));
    expect(response.status).toBe(422);
    const body = (await response.json()) as { error: { code: string; message: string }; runUUID: string };
    expect(body.error.code).toBe("IMAGE_UNREADABLE");
    expect(body.error.message).toMatch(/^blue sky\.png: /);
    const run = await (await ask(response.headers.get("location") ?? "")).json();
    expect(run).toMatchObject({
      runUUID: body.runUUID,
      status: "failed",
      error: { code: "IMAGE_UNREADABLE", message: body.error.message },
    });
  });

  it.each([
    [
      "an unknown workflow",
      { workflow: "face-detial" },
      404,
      "WORKFLOW_UNKNOWN",
      /or a whole document as YAML or JSON\. Did you mean face-detail/,
    ],
    [
      "a path instead of a workflow",
      { workflow: "../../etc/passwd.yaml" },
      404,
      "WORKFLOW_UNKNOWN",
      /whole document/,
    ],
    ["a damaged workflow", { workflow: "maskloom: 1\nname: x\n" }, 400, "WORKFLOW_INVALID", /steps/],
    ["an unknown input", { inputs: '{"mood":"blur"}' }, 400, "INPUT_INVALID", /no such input.*mode/s],
    ["a value out of its choices", { inputs: '{"mode":"melt"}' }, 400, "INPUT_INVALID", /pixelate/],
    ["inputs that are no JSON", { inputs: "mode=blur" }, 400, "INPUT_INVALID", /expected JSON/],
    ["an unknown field", { wokflow: "x" }, 400, "INPUT_INVALID", /wokflow/],
    ["a name that leads out of its folder", { file: "../x.png" }, 400, "INPUT_INVALID", /relative name/],
  ])("refuse %s", async (_what, fields, status, code, message) => {
    const response = await post("/api/runs", await pictureForm(fields));
    const error = await codeOf(response);
    expect({ status: response.status, code: error.code }).toEqual({ status, code });
    expect(error.message).toMatch(message);
  });

  it("refuse what is no picture in JSON, a second file, no picture at all, and broken JSON", async () => {
    const noBase64 = await post("/api/runs", { workflow: "anonymize-faces", image: "/home/me/photo.png" });
    expect(await codeOf(noBase64)).toMatchObject({
      code: "INPUT_INVALID",
      message: expect.stringMatching(/base64/),
    });
    const form = await pictureForm();
    form.append("image", new Blob(["x"]), "second.png");
    expect(await codeOf(await post("/api/runs", form))).toMatchObject({
      message: expect.stringMatching(/one file, named image/),
    });
    const none = await post("/api/runs", { workflow: "anonymize-faces" });
    expect(await codeOf(none)).toMatchObject({
      code: "INPUT_INVALID",
      message: expect.stringMatching(/needs image/),
    });
    const broken = await ask("/api/runs", {
      method: "POST",
      body: "{",
      headers: { "content-type": "application/json" },
    });
    expect(broken.status).toBe(400);
    const text = await ask("/api/runs", { method: "POST", body: "hello" });
    expect(await codeOf(text)).toMatchObject({
      code: "INPUT_INVALID",
      message: expect.stringMatching(/Content-Type: expected multipart/),
    });
  });

  it("page through runs, newest first, each once", async () => {
    const made = new Set<string>();
    for (let i = 0; i < 5; i++) made.add((await begin({ workflow: "face-detail" })).runUUID);
    const seen: string[] = [];
    let before: string | null = null;
    do {
      const query = `workflow=face-detail&limit=2${before === null ? "" : `&before=${before}`}`;
      const page: RunPage = RunPage.parse(await (await ask(`/api/runs?${query}`)).json());
      expect(page.runs.length).toBeLessThanOrEqual(2);
      seen.push(...page.runs.map(({ runUUID }) => runUUID));
      before = page.next;
    } while (before !== null);
    expect(new Set(seen)).toEqual(made);
    expect(seen).toEqual([...made].reverse());
  });

  it("cancel a run once, and say the same the second time", async () => {
    const { runUUID, batchUUID } = await begin();
    const first = await ask(`/api/runs/${runUUID}/cancel`, { method: "POST" });
    expect(await first.json()).toMatchObject({ status: "cancelled", tasks: expect.any(Array) });
    const second = await ask(`/api/runs/${runUUID}/cancel`, { method: "POST" });
    expect([second.status, ((await second.json()) as RunDetail).status]).toEqual([200, "cancelled"]);
    const batch = await (await ask(`/api/batches/${batchUUID}`)).json();
    expect(batch).toMatchObject({ runs: { cancelled: 1, queued: 0, running: 0 } });
    const audited = await host.services.store.db
      .selectFrom("audit")
      .select(["action", "target"])
      .where("target", "=", runUUID)
      .execute();
    expect(audited).toEqual([{ action: "run.cancel", target: runUUID }]);
  });

  it("answer at once with the run as it stands when the wait is over", async () => {
    const { runUUID } = await begin();
    const waiting = ask(`/api/runs/${runUUID}?wait=0.2`);
    expect(await (await waiting).json()).toMatchObject({ runUUID, status: "queued" });
  });

  it("end a wait as soon as the run ends", async () => {
    const { runUUID } = await begin();
    const waiting = ask(`/api/runs/${runUUID}?wait=100`);
    await ask(`/api/runs/${runUUID}/cancel`, { method: "POST" });
    expect(await (await waiting).json()).toMatchObject({ runUUID, status: "cancelled" });
  });

  it("answer 404 for what is not there, 400 for what is no UUID, 405 with Allow for another method", async () => {
    const nobody = newRunUUID();
    for (const kind of ["runs", "tasks", "batches", "artifacts"]) {
      const missing = await ask(`/api/${kind}/${nobody}`);
      expect([missing.status, (await codeOf(missing)).code]).toEqual([404, "NOT_FOUND"]);
      const malformed = await ask(`/api/${kind}/..%2f..%2fetc`);
      expect([malformed.status, (await codeOf(malformed)).code]).toEqual([400, "INPUT_INVALID"]);
    }
    expect((await ask("/api/nothing")).status).toBe(404);
    expect((await ask("/api/runs/%E0%A4%A")).status).toBe(400);
    const wrong = await ask("/api/runs", { method: "PUT" });
    expect([wrong.status, wrong.headers.get("allow")]).toEqual([405, "GET, HEAD, POST"]);
    expect((await codeOf(wrong)).code).toBe("METHOD_NOT_ALLOWED");
    const limits = await Promise.all(["0", "201", "x", "1&limit=2"].map((n) => ask(`/api/runs?limit=${n}`)));
    expect(limits.map(({ status }) => status)).toEqual([400, 400, 400, 400]);
  });

  describe("serve an artifact", () => {
    let url: string;
    let bytes: Buffer;
    beforeAll(async () => {
      bytes = await plainPicture(200, 100);
      const response = await post("/api/runs", await pictureForm({}, bytes));
      const run = RunDetail.parse(await response.json());
      url = `/api/artifacts/${(run.inputs["image"] as { uuid: string }).uuid}`;
    });

    it("whole, typed by its content, cacheable for ever and safely named", async () => {
      const response = await ask(url);
      expect(Buffer.from(await response.arrayBuffer())).toEqual(bytes);
      const headers = Object.fromEntries(response.headers);
      expect(headers).toMatchObject({
        "content-type": "image/png",
        "content-length": String(bytes.length),
        "cache-control": "private, max-age=31536000, immutable",
        "x-content-type-options": "nosniff",
        etag: expect.stringMatching(/^"[0-9a-f]{64}"$/),
        "content-disposition": expect.stringMatching(/^inline; filename="[0-9a-f-]{36}\.png"$/),
      });
    });

    it("not again to a client that has it", async () => {
      const etag = (await ask(url)).headers.get("etag") ?? "";
      const again = await ask(url, { headers: { "if-none-match": `"other", W/${etag}` } });
      expect([again.status, await again.text()]).toEqual([304, ""]);
    });

    it("in parts, and says where they end", async () => {
      const part = await ask(url, { headers: { range: "bytes=10-19" } });
      expect(part.status).toBe(206);
      expect(part.headers.get("content-range")).toBe(`bytes 10-19/${bytes.length}`);
      expect(Buffer.from(await part.arrayBuffer())).toEqual(bytes.subarray(10, 20));
      const tail = await ask(url, { headers: { range: "bytes=-5" } });
      expect(Buffer.from(await tail.arrayBuffer())).toEqual(bytes.subarray(-5));
      const beyond = await ask(url, { headers: { range: `bytes=${bytes.length}-` } });
      expect([beyond.status, beyond.headers.get("content-range")]).toEqual([416, `bytes */${bytes.length}`]);
      const stale = await ask(url, { headers: { range: "bytes=0-0", "if-range": '"old"' } });
      expect(stale.status).toBe(200);
    });

    it("to HEAD with every header and no byte", async () => {
      const head = await ask(url, { method: "HEAD" });
      expect([head.status, head.headers.get("content-length")]).toEqual([200, String(bytes.length)]);
      expect(await head.text()).toBe("");
    });
  });
});
