import { describe, expect, it } from "vitest";
import { importComfyUI } from "../../../src/importers/comfyui/import-comfyui.ts";
import { readGraph } from "../../../src/importers/comfyui/read-graph.ts";
import { faceDetailer, importGraph } from "./graphs.ts";

/** A FaceDetailer as the editor saves it, its detector bypassed through a reroute. */
function editorGraph(detailer: object = {}): object {
  const widgets = [
    512,
    true,
    1024,
    77,
    "randomize",
    20,
    8,
    "euler",
    "normal",
    0.4,
    5,
    true,
    true,
    0.6,
    10,
    3,
  ];
  const more = ["center-1", 0, 0.93, 0, 0.7, "False", 12, "", 1, false, 20];
  const node = (id: number, type: string, widgets_values: unknown[], inputs: object[] = [], mode = 0) => ({
    id,
    type,
    widgets_values,
    inputs,
    mode,
  });
  return {
    last_node_id: 9,
    nodes: [
      node(1, "CheckpointLoaderSimple", ["sd15.safetensors"]),
      node(2, "CLIPTextEncode", ["a knight"], [{ name: "clip", link: 20 }]),
      node(3, "UltralyticsDetectorProvider", ["bbox/face_yolov8s.pt"]),
      node(4, "Reroute", [], [{ name: "", link: 12 }]),
      node(
        5,
        "FaceDetailer",
        [...widgets, ...more],
        [
          { name: "model", link: 10 },
          { name: "positive", link: 11 },
          { name: "bbox_detector", link: 13 },
          { name: "image", link: null },
        ],
      ),
      node(6, "FaceDetailer", [], [], 2),
      { ...node(7, "PreviewImage", []), ...detailer },
    ],
    links: [
      [10, 1, 0, 5, 0, "MODEL"],
      [11, 2, 0, 5, 1, "CONDITIONING"],
      [12, 3, 0, 4, 0, "*"],
      { id: 13, origin_id: 4, origin_slot: 0, target_id: 5, target_slot: 2, type: "BBOX_DETECTOR" },
    ],
  };
}

describe("a graph", () => {
  it("is read as the API takes it, also as the body of a request", () => {
    expect(importGraph({ prompt: faceDetailer(), client_id: "x" }).parsed.digest).toBe(
      importGraph(faceDetailer()).parsed.digest,
    );
  });

  it("is read as the editor saves it: values by their order, links by their numbers, muted nodes not at all", () => {
    const { steps, parsed } = importGraph(editorGraph());
    expect(steps).toHaveLength(2);
    expect(steps[0]).toMatchObject({
      model: "face_yolov8s",
      confidence: 0.6,
      select: { where: "box.width > 12 and box.height > 12" },
    });
    expect(steps[1]).toMatchObject({
      positivePrompt: "a knight",
      strength: 0.4,
      CFGScale: 8,
      byProvider: { comfyui: { model: "sd15.safetensors" } },
    });
    expect(parsed.document.output).toBe("${steps.detailFaces.image}");
  });

  it("of the editor whose seed is drawn anew each time leaves the seed to the run", () => {
    expect(importGraph(editorGraph()).steps[1]).not.toHaveProperty("seed");
  });

  it("of the editor goes through a bypassed detailer to the picture that it was given", () => {
    const detailer = (id: number, mode: number, image: number) => ({
      id,
      type: "FaceDetailer",
      mode,
      widgets_values: [],
      inputs: [
        { name: "model", link: 9 },
        { name: "image", link: image },
      ],
    });
    const { steps } = importGraph({
      nodes: [detailer(1, 0, 99), detailer(2, 4, 20), detailer(3, 0, 21)],
      links: [
        [20, 1, 0, 2, 1, "IMAGE"],
        [21, 2, 0, 3, 1, "IMAGE"],
      ],
    });
    expect(steps).toHaveLength(4);
    expect(steps[3]).toMatchObject({ seedImage: "${steps.detailFaces.image}" });
  });

  it("may take values from primitives", () => {
    const { steps } = importGraph(
      faceDetailer(
        { seed: ["20", 0], steps: ["21", 0] },
        {
          "20": { class_type: "Seed (rgthree)", inputs: { seed: 8 } },
          "21": { class_type: "PrimitiveInt", inputs: { value: 12 } },
        },
      ),
    );
    expect(steps[1]).toMatchObject({ seed: 8, steps: 12 });
  });

  it.each([
    ["no graph at all", "[1, 2]", /expected a graph of ComfyUI/],
    ["no JSON", '{"3": ', /graph\.json:1:\d+ expected JSON/],
    [
      "a graph without detailers",
      JSON.stringify({ "1": { class_type: "KSampler", inputs: {} } }),
      /expected a node that details: FaceDetailer.*received KSampler/,
    ],
    [
      "only detailers whose finds are not imported",
      JSON.stringify({ "1": { class_type: "DetailerForEach", inputs: {} } }),
      /DetailerForEach 1: left out: its segs come from nothing/,
    ],
  ])("%s is INPUT_INVALID", (_what, text, message) => {
    const run = () => importComfyUI(readGraph({ file: "graph.json", text }), { name: "x", model: "m" });
    expect(run).toThrow(message);
    expect(run).toThrow(expect.objectContaining({ code: "INPUT_INVALID" }));
  });

  it("with values that do not fit tells each with its place", () => {
    const text = `{"7": {"class_type": "FaceDetailer", "inputs":
  {"denoise": 3,
   "steps": "many"}}}`;
    expect(() => importComfyUI(readGraph({ file: "graph.json", text }), { name: "x", model: "m" })).toThrow(
      /graph\.json:2:15\s+\[7\]\.inputs\.denoise: .*<=1\.\ngraph\.json:3:13\s+\[7\]\.inputs\.steps: .*expected number/,
    );
  });

  it("names a detector that is not imported, and puts another in its place", () => {
    const { steps, said } = importGraph({
      ...faceDetailer({ bbox_detector: ["9", 0] }),
      "9": { class_type: "CLIPSegDetectorProvider", inputs: { text: "hair" } },
    });
    expect(steps[0]).toMatchObject({ model: "mediapipe_face_full" });
    expect(said.join("\n")).toMatch(/CLIPSegDetectorProvider 9: this detector is not imported/);
  });

  it("says which nodes between detailers are not imported", () => {
    const { said } = importGraph(
      faceDetailer(
        { image: ["8", 0] },
        { "8": { class_type: "ImageScaleBy", inputs: { image: ["5", 0], scale_by: 2 } } },
      ),
    );
    expect(said.join("\n")).toMatch(/ImageScaleBy 8: what it does to the picture on its way is not imported/);
  });
});

describe("a subgraph", () => {
  const DETAILS = "8d3b2c1a-1111-4222-8333-444444444444";
  const TWICE = "9e4c3d2b-1111-4222-8333-444444444444";
  const link = (id: number, from: [number, number], to: [number, number], type = "*") => ({
    id,
    origin_id: from[0],
    origin_slot: from[1],
    target_id: to[0],
    target_slot: to[1],
    type,
  });
  const node = (id: number, type: string, inputs: object[], widgets_values: unknown[] = [], mode = 0) => ({
    id,
    type,
    inputs,
    widgets_values,
    mode,
  });
  const IN = [
    { name: "image", type: "IMAGE" },
    { name: "pipe", type: "BASIC_PIPE" },
    { name: "denoise", type: "FLOAT" },
  ];
  const OUT = [{ name: "IMAGE", type: "IMAGE" }];
  /** Finds and details; its strength is shown outside. */
  const details = {
    id: DETAILS,
    name: "details",
    inputs: IN,
    outputs: OUT,
    nodes: [
      node(3, "UltralyticsDetectorProvider", [], ["bbox/face_yolov8s.pt"]),
      node(
        5,
        "FaceDetailer",
        [
          { name: "image", link: 1 },
          { name: "positive", link: 2 },
          { name: "bbox_detector", link: 3 },
          { name: "denoise", link: 4 },
        ],
        [512, true, 1024, 77, "fixed", 20, 8, "euler", "normal", 0.9],
      ),
      node(6, "FromBasicPipe", [{ name: "basic_pipe", link: 5 }]),
    ],
    links: [
      link(1, [-10, 0], [5, 0]),
      link(2, [6, 3], [5, 1]),
      link(3, [3, 0], [5, 2]),
      link(4, [-10, 2], [5, 3]),
      link(5, [-10, 1], [6, 0]),
      link(6, [5, 0], [-20, 0]),
    ],
  };
  const instance = (id: number, image: number, denoise: number, mode = 0) =>
    node(
      id,
      DETAILS,
      [
        { name: "image", type: "IMAGE", link: image },
        { name: "pipe", type: "BASIC_PIPE", link: 40 },
        { name: "denoise", type: "FLOAT", widget: { name: "denoise" }, link: null },
      ],
      [denoise],
      mode,
    );
  const around = (nodes: object[], links: object[], subgraphs: object[]) => ({
    nodes: [
      node(1, "CLIPTextEncode", [], ["a knight"]),
      node(2, "ToBasicPipe", [{ name: "positive", link: 41 }]),
      node(9, "LoadImage", [], ["a.png"]),
      ...nodes,
    ],
    links: [link(41, [1, 0], [2, 0]), link(40, [2, 0], [20, 1]), link(42, [9, 0], [20, 0]), ...links],
    definitions: { subgraphs },
  });
  const painted = (graph: object) =>
    importGraph(graph)
      .steps.filter(({ task }) => task === "imageInference")
      .map(({ positivePrompt, strength, seedImage }) => ({ positivePrompt, strength, seedImage }));

  it("is imported like its nodes, each time with what it is given", () => {
    const graph = around(
      [instance(20, 42, 0.3), instance(21, 43, 0.6)],
      [link(43, [20, 0], [21, 0])],
      [details],
    );
    expect(painted(graph)).toEqual([
      { positivePrompt: "a knight", strength: 0.3, seedImage: "${inputs.image}" },
      { positivePrompt: "a knight", strength: 0.6, seedImage: "${steps.detailFaces.image}" },
    ]);
    expect(importGraph(graph).steps[0]).toMatchObject({ model: "face_yolov8s" });
  });

  it("may hold others, and hands its picture on where it is bypassed", () => {
    const twice = {
      id: TWICE,
      name: "twice",
      inputs: IN,
      outputs: OUT,
      nodes: [
        {
          ...instance(1, 1, 0.2),
          inputs: instance(1, 1, 0).inputs.map((one, at) => ({ ...one, link: [1, 2, 3][at] })),
        },
        {
          ...instance(2, 4, 0.7, 4),
          inputs: instance(2, 4, 0).inputs.map((one, at) => ({ ...one, link: [4, 5, null][at] })),
        },
      ],
      links: [
        link(1, [-10, 0], [1, 0]),
        link(2, [-10, 1], [1, 1]),
        link(3, [-10, 2], [1, 2]),
        link(4, [1, 0], [2, 0]),
        link(5, [-10, 1], [2, 1]),
        link(6, [2, 0], [-20, 0]),
      ],
      definitions: { subgraphs: [details] },
    };
    const after = instance(30, 44, 0.5);
    const graph = around(
      [{ ...instance(20, 42, 0.4), type: TWICE }, after],
      [link(44, [20, 0], [30, 0])],
      [twice],
    );
    expect(painted(graph)).toEqual([
      { positivePrompt: "a knight", strength: 0.4, seedImage: "${inputs.image}" },
      { positivePrompt: "a knight", strength: 0.5, seedImage: "${steps.detailFaces.image}" },
    ]);
  });

  it("that holds itself ends", () => {
    const endless = { ...details, nodes: [...details.nodes, instance(7, 1, 0.1)] };
    expect(painted(around([instance(20, 42, 0.3)], [], [endless]))).toHaveLength(1);
  });

  it("with values that do not fit tells their place", () => {
    expect(() => importGraph(around([instance(20, 42, 7)], [], [details]))).toThrow(
      /definitions\.subgraphs\[0\]\.nodes\[1\].*denoise/,
    );
  });
});
