import { createHash, randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findDetector } from "../../../models/registry.ts";
import type { DetectorManifest } from "../../../src/contracts/manifest.ts";
import { createModelLibrary, packagedModels } from "../../../src/detection/weights/model-library.ts";
import { errorOf } from "../../onnx/run-model.ts";

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const weights = randomBytes(1000);

/** The manifest of a model that a user added; `weights` are its bytes. */
function added(id: string): DetectorManifest {
  return {
    kind: "detector",
    id,
    detects: "cat",
    description: "Cats.",
    shape: "box",
    pipeline: {
      kind: "yolo",
      source: { added: `${id}.onnx`, sha256: sha256(weights), bytes: weights.length },
    },
    licence: "MIT",
  };
}

let root: string;
const place = (...parts: readonly string[]) => path.join(root, ...parts);
const library = () => createModelLibrary(root);
const stateOf = async (name: string, thorough = false) => (await library().look(thorough)).find(name).state;

async function put(file: string, content: Uint8Array | string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, content);
}

async function addModel(id: string): Promise<void> {
  await put(place("added", `${id}.onnx`), weights);
  await put(place("added", `${id}.json`), JSON.stringify(added(id)));
}

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), "maskloom-models-"));
});
afterEach(() => rm(root, { recursive: true }));

describe("models that are shipped", () => {
  it("are found by id, AIR and slug in any case", async () => {
    for (const name of ["mediapipe_face_full", "RUNWARE:35@6", "mediapipe-face-full"]) {
      expect((await library().findReady(name)).id).toBe("mediapipe_face_full");
    }
  });

  it("are ready where npm brought their weights, by digest too", async () => {
    expect(await stateOf("mediapipe_face_full", true)).toBe("ready");
    expect((await packagedModels.look()).find("mediapipe_face_full").state).toBe("ready");
  });

  it("that were not pulled are refused with the command that brings them", async () => {
    for (const models of [library(), packagedModels]) {
      expect(await errorOf(() => models.findReady("runware:35@1"))).toMatchObject({
        code: "MODEL_UNAVAILABLE",
        message:
          "model face_yolov8n (runware:35@1) is known, but its weights are not on this machine; " +
          "bring them with: maskloom models pull face_yolov8n",
      });
    }
  });

  it("that were pulled are ready at a glance by size; only a look at every byte knows better", async () => {
    const { pipeline } = findDetector("face_yolov8n");
    const bytes = pipeline.kind === "yolo" ? pipeline.source.bytes : 0;
    await put(place("pulled", "face_yolov8n.pt"), new Uint8Array(bytes));
    expect(await stateOf("face_yolov8n")).toBe("ready");
    expect(await stateOf("face_yolov8n", true)).toBe("damaged");
  });

  it("that were pulled in part are damaged, and the command says how to mend them", async () => {
    await put(place("pulled", "face_yolov8n.pt"), "half");
    expect(await errorOf(() => library().findReady("face_yolov8n"))).toMatchObject({
      code: "MODEL_UNAVAILABLE",
      message: expect.stringMatching(
        /is damaged: .* has 4 bytes, expected 6230011; pull it again with: maskloom models pull face_yolov8n$/,
      ),
    });
  });
});

describe("models that were added", () => {
  it("are found beside the shipped ones, by whoever looks next", async () => {
    const models = library();
    expect(await errorOf(() => models.findReady("my-cats"))).toMatchObject({ code: "MODEL_UNKNOWN" });
    await addModel("my-cats");
    expect(await models.findReady("My-Cats")).toEqual(added("my-cats"));
    await rm(place("added", "my-cats.json"));
    expect(await errorOf(() => models.findReady("my-cats"))).toMatchObject({ code: "MODEL_UNKNOWN" });
  });

  it("give their bytes, and only those that the manifest pins", async () => {
    await addModel("my-cats");
    const { source } = added("my-cats").pipeline as Extract<DetectorManifest["pipeline"], { kind: "yolo" }>;
    expect(Buffer.from(await library().readWeights(source)).equals(weights)).toBe(true);
    await put(place("added", "my-cats.onnx"), randomBytes(weights.length));
    expect(await errorOf(() => library().readWeights(source))).toMatchObject({
      code: "MODEL_UNREADABLE",
      message: expect.stringContaining(source.sha256),
    });
    await rm(place("added", "my-cats.onnx"));
    expect(await errorOf(() => library().readWeights(source))).toMatchObject({ code: "MODEL_UNAVAILABLE" });
    expect(await errorOf(() => library().findReady("my-cats"))).toMatchObject({
      code: "MODEL_UNAVAILABLE",
      message: expect.stringMatching(
        /is damaged: my-cats\.onnx is not there; .*maskloom models remove my-cats/,
      ),
    });
  });

  it("do not suffer from a manifest beside them that is broken", async () => {
    await addModel("my-cats");
    await put(place("added", "torn.json"), '{"kind": "detector", "id": "to');
    await put(place("added", "liar.json"), JSON.stringify(added("somebody-else")));
    await put(place("added", "poor.json"), "{}");
    const shelf = await library().look(true);
    expect(shelf.find("my-cats")).toMatchObject({ origin: "added", state: "ready" });
    expect(shelf.broken.map(({ id }) => id)).toEqual(["liar", "poor", "torn"]);
    expect(await errorOf(() => shelf.find("somebody-else"))).toMatchObject({ code: "MODEL_UNKNOWN" });
  });

  it.each(["../escape.onnx", "/etc/passwd", "a/b.onnx", "..", ""])(
    "cannot name a file outside their folder: %j",
    async (file) => {
      const manifest = added("my-cats");
      const source = { added: file, sha256: sha256(weights), bytes: weights.length };
      await put(
        place("added", "my-cats.json"),
        JSON.stringify({ ...manifest, pipeline: { kind: "yolo", source } }),
      );
      expect((await library().look()).broken.map(({ id }) => id)).toEqual(["my-cats"]);
    },
  );
});

describe("the digest of a file", () => {
  it("is read again when the file has changed, even at the same size", async () => {
    await addModel("my-cats");
    expect(await stateOf("my-cats", true)).toBe("ready");
    await put(place("added", "my-cats.onnx"), randomBytes(weights.length));
    expect(await stateOf("my-cats", true)).toBe("damaged");
  });

  it("is not read again while the file stays as it was", async () => {
    await addModel("my-cats");
    await library().look(true);
    const record = await readFile(place("digests", `${sha256(weights)}.json`), "utf8");
    // A record that says of other bytes what is not so: believed, since the file is as it was when it was written.
    const other = sha256(randomBytes(8));
    await put(place("digests", `${other}.json`), record);
    const manifest = added("my-cats");
    const source = { added: "my-cats.onnx", sha256: other, bytes: weights.length };
    await put(
      place("added", "my-cats.json"),
      JSON.stringify({ ...manifest, pipeline: { kind: "yolo", source } }),
    );
    expect(await stateOf("my-cats", true)).toBe("ready");
  });

  it("is read where what is remembered cannot be", async () => {
    await addModel("my-cats");
    await put(place("digests"), "no folder");
    expect(await stateOf("my-cats", true)).toBe("ready");
  });
});

describe("a model of either kind", () => {
  it("is found by any of its names, and a name that is nobody's brings up the nearest of all", async () => {
    const shelf = await library().look();
    expect(shelf.findAny("lama").manifest.id).toBe("local:lama");
    expect(shelf.findAny("runware:35@6").manifest.id).toBe("mediapipe_face_full");
    expect(await errorOf(() => shelf.findAny("lamma"))).toMatchObject({
      code: "MODEL_UNKNOWN",
      message: expect.stringMatching(/no model has this name\. Did you mean lama\?/),
    });
  });
});
