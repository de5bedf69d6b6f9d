import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { parseWorkflow } from "../../src/engine/language/parse-workflow.ts";
import { buildPng } from "../image/png-files.ts";
import { faceDetailer } from "../importers/comfyui/graphs.ts";
import { runCommand } from "./models/run-command.ts";
import { makeFolderWith } from "./temporary-folder.ts";

const ARGS = JSON.stringify([true, { ad_model: "face_yolov8n.pt", ad_restore_face: true }]);

async function folder() {
  const root = await makeFolderWith();
  const at = (name: string) => path.join(root, name);
  await writeFile(at("My Args.json"), ARGS);
  await writeFile(at("graph.json"), JSON.stringify(faceDetailer()));
  await writeFile(at("bad.json"), '[{"ad_modl": "x"}]');
  return at;
}

describe("workflows import-…", () => {
  it("prints a workflow that can be read, named like the file", async () => {
    const at = await folder();
    const adetailer = await runCommand("workflows", "import-adetailer", at("My Args.json"));
    expect(adetailer).toMatchObject({ code: 0, stderr: "" });
    expect(parseWorkflow(adetailer.stdout, { file: "x" }).document.name).toBe("my-args");
    const comfyui = await runCommand(
      "workflows",
      "import-comfyui",
      at("graph.json"),
      "--name",
      "faces",
      "--model",
      "local:fill",
    );
    const { document } = parseWorkflow(comfyui.stdout, { file: "x" });
    expect(document).toMatchObject({ name: "faces", steps: [{}, { model: "local:fill" }] });
  });

  it("writes a file with -o, and says on stderr what did not come along", async () => {
    const at = await folder();
    const { code, stdout, stderr } = await runCommand(
      "workflows",
      "import-adetailer",
      at("My Args.json"),
      "-o",
      at("out/faces.yaml"),
    );
    expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
    expect(stderr).toMatch(/^dropped: args\[1\]\.ad_restore_face: /m);
    const text = await readFile(at("out/faces.yaml"), "utf8");
    expect(parseWorkflow(text, { file: "x" }).document.name).toBe("faces");
    expect(text).toMatch(/^# Imported from ADetailer: My Args\.json\.$/m);
  });

  it("replaces no file with -o unless it is told to", async () => {
    const at = await folder();
    const importing = (...more: string[]) =>
      runCommand("workflows", "import-comfyui", at("graph.json"), "-o", at("mine.yaml"), ...more);
    await writeFile(at("mine.yaml"), "mended by hand");
    expect(await importing()).toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringMatching(/CONFLICT: -o .*mine\.yaml: .*--force/),
    });
    expect(await readFile(at("mine.yaml"), "utf8")).toBe("mended by hand");
    expect((await importing("--force")).code).toBe(0);
    expect(await readFile(at("mine.yaml"), "utf8")).toMatch(/^name: mine$/m);
  });

  it("prints the document and its notes as JSON with --json", async () => {
    const at = await folder();
    const { stdout } = await runCommand("workflows", "import-adetailer", at("My Args.json"), "--json");
    const { workflow, notes } = JSON.parse(stdout);
    expect(parseWorkflow(JSON.stringify(workflow), { file: "x" }).document.steps).toHaveLength(2);
    expect(notes).toContainEqual({
      kind: "dropped",
      path: "args[1].ad_restore_face",
      message: expect.any(String),
    });
  });

  it("reads what a picture carries: infotext, or the graph that was run", async () => {
    const at = await folder();
    const picture = async (name: string, ...texts: [key: string, text: string][]) => {
      const extra = texts.map(([key, text]) => ({
        type: "tEXt",
        data: Buffer.from(`${key}\0${text}`, "latin1"),
      }));
      const rows = [Buffer.from([0])];
      await writeFile(at(name), buildPng({ width: 1, height: 1, bitDepth: 8, colourType: 0, rows, extra }));
    };
    await picture("a.png", [
      "parameters",
      "a cat\nSteps: 9, ADetailer model: face_yolov8n.pt, ADetailer confidence: 0.7",
    ]);
    const infotext = await runCommand("workflows", "import-adetailer", at("a.png"));
    expect(infotext.stdout).toMatch(/confidence: 0\.7 # ad_confidence/);
    const run = JSON.stringify({ ...faceDetailer(), "99": { class_type: "X", is_changed: "?" } }).replace(
      '"?"',
      "[NaN]",
    );
    await picture("b.png", ["workflow", '{"nodes": [], "links": []}'], ["prompt", run]);
    const graph = await runCommand("workflows", "import-comfyui", at("b.png"));
    expect(graph.stdout).toMatch(/^name: b$/m);
    const none = await runCommand("workflows", "import-adetailer", at("b.png"));
    expect(none.code).toBe(2);
    expect(none.stderr).toMatch(
      /carries infotext of ADetailer, received one with texts called workflow, prompt/,
    );
  });

  it.each([
    [
      "a fault, with its place",
      "bad.json",
      /error INPUT_INVALID: .*bad\.json:1:3 \[0\]\.ad_modl: .*Did you mean ad_model\?/,
    ],
    ["a file that is not there", "nix.json", /error INPUT_MISSING: .*nix\.json: expected a file/],
  ])("ends with 2 for %s", async (_what, name, message) => {
    const at = await folder();
    const { code, stderr } = await runCommand("workflows", "import-adetailer", at(name));
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });
});
