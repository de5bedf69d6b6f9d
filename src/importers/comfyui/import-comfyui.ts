import { MaskloomError } from "../../errors.ts";
import { capitalised, type ImportedDetector, importDetector, StepNames } from "../detector-names.ts";
import type { DraftRecord } from "../draft.ts";
import { DEFAULT_INPAINTER, type Imported, type ImportOptions, Notes } from "../imported.ts";
import { kernelRadius } from "../reach.ts";
import { refuseFaults, type SourceFault } from "../source-faults.ts";
import { DETAILERS, detailerValues, isDetailer, nameOf } from "./detailer.ts";
import { type Finds, findsOf, isRefinedBySam, ownOutlines } from "./finds.ts";
import type { GraphNode, Link } from "./graph-node.ts";
import { type GivenMask, givenMaskStep, maskOfSegs, maskSource } from "./mask-source.ts";
import { detailStep, maskStep, OWN_NEGATIVE, OWN_PROMPT, type Pass } from "./pass.ts";
import { type Graph, linkOf } from "./read-graph.ts";
import { selectionOf } from "./selection.ts";
import { fieldLink, imageOrigin, originOf, pipeFields } from "./trace.ts";
import { readWildcard } from "./wildcard.ts";
import { notePass } from "./without-equivalent.ts";

/**
 * A workflow that does what the Impact Pack's detailers of a graph do, one after the other as their pictures are linked.
 * What makes the picture in the graph stays behind: a workflow begins with a picture.
 * @throws INPUT_INVALID for a value of another type, with its place, and where no detailer can be imported
 */
export function importComfyUI(graph: Graph, options: ImportOptions): Imported {
  const builder = new GraphImport(graph, options);
  const detailers = inOrder(graph);
  for (const node of detailers) builder.add(node);
  return builder.finish(detailers);
}

/** Detailers, each after the one whose picture it is given. */
function inOrder(graph: Graph): readonly GraphNode[] {
  const ordered = new Set<GraphNode>();
  const visit = (node: GraphNode, above: readonly GraphNode[]): void => {
    if (ordered.has(node) || above.includes(node)) return;
    const { found } = imageOrigin(graph, linkOf(node, "image"), isDetailer);
    if (found !== null) visit(found, [...above, node]);
    ordered.add(node);
  };
  for (const node of graph.nodes.values()) if (isDetailer(node)) visit(node, []);
  return [...ordered];
}

const MASK_INPUT: DraftRecord = { type: "mask", help: "What is repainted, white on black." };

/** Nodes between detailers that leave the picture as it is. */
const HARMLESS = /^(Reroute|PreviewImage|SaveImage|LoadImage|VAEDecode|.*[Pp]review.*|.*[Cc]ompare.*)$/;

class GraphImport {
  readonly #graph: Graph;
  readonly #options: ImportOptions;
  readonly #notes = new Notes();
  readonly #faults: SourceFault[] = [];
  readonly #names = new StepNames();
  readonly #steps: DraftRecord[] = [];
  /** What each detailer leaves, as a reference. */
  readonly #outputs = new Map<GraphNode, string>();
  readonly #followed = new Set<GraphNode>();
  /** Inputs of the workflow, by the links that masks come from. */
  readonly #masks = new Map<string, string>();

  constructor(graph: Graph, options: ImportOptions) {
    this.#graph = graph;
    this.#options = options;
    if (options.model === DEFAULT_INPAINTER)
      this.#notes.add(
        "hint",
        "model",
        `the graph repaints with its checkpoint. ${DEFAULT_INPAINTER} runs here without one: it restores, and takes neither prompt nor strength. Import with --model, or choose another provider, to repaint.`,
      );
  }

  add(node: GraphNode): void {
    const graph = this.#graph;
    const fields = pipeFields(graph, node);
    const values = detailerValues(graph, node, fields, this.#faults);
    const [notes, faults] = [this.#notes, this.#faults];
    const isMasked = DETAILERS[node.type]?.by === "mask";
    const given = isMasked ? { fields, values } : maskOfSegs(graph, node, values, notes, faults);
    const finds =
      given === null
        ? findsOf(graph, node, fields, values, notes, faults)
        : maskSource(graph, node, given.fields, given.values, notes, faults);
    const seedImage = this.#image(linkOf(node, "image"));
    if (finds === null) this.#outputs.set(node, seedImage);
    else if (finds === "given") {
      const mask: GivenMask = given ?? { fields, values };
      this.#addGiven({ graph, node, fields, values: mask.values }, fieldLink(mask.fields, "mask"), seedImage);
    } else this.#addFound({ graph, node, fields, values, finds }, seedImage);
  }

  /** What is repainted is not found by anybody: the workflow is given a mask. */
  #addGiven(pass: Omit<Pass, "finds">, link: Link | null, seedImage: string): void {
    const { graph, node } = pass;
    const origin = originOf(graph, link);
    const mask =
      this.#masks.get(link?.join() ?? "") ?? `mask${this.#masks.size === 0 ? "" : this.#masks.size + 1}`;
    this.#masks.set(link?.join() ?? "", mask);
    const from = origin === null ? "" : `, which comes from ${nameOf(origin.node)} there`;
    this.#notes.add(
      "hint",
      `${nameOf(node)}.mask`,
      `the workflow is given its mask${from}: --set ${mask}=… with a file, or a folder of masks named like the pictures; white is repainted.`,
    );
    const [id = ""] = this.#names.take("detailMask");
    this.#steps.push(
      givenMaskStep({ id, seedImage }, `\${inputs.${mask}}`, pass, this.#options, this.#notes),
    );
    this.#outputs.set(node, `\${steps.${id}.image}`);
  }

  #addFound(given: Pass, seedImage: string): void {
    notePass(given, this.#notes);
    const { detector, boxes, draws } = this.#detector(given.finds);
    const isDrawn = draws && !isRefinedBySam(given.graph, given.finds);
    const pass = isDrawn ? { ...given, finds: ownOutlines(given.finds) } : given;
    const { graph, node, values, finds } = pass;
    const [maskId = "", id = ""] = this.#names.take(detector.plural, `detail${capitalised(detector.plural)}`);
    const find = detector.singular;
    const inputImage = this.#image(finds.image);
    const within = this.#outlines(pass, inputImage, maskId);
    const { sort } = readWildcard(
      values.wildcard,
      { template: "", lora: [] },
      find,
      `${nameOf(node)}.wildcard`,
      new Notes(),
    );
    const selection = selectionOf(graph, finds, sort, this.#notes);
    this.#steps.push(
      maskStep({ id: maskId, inputImage, within }, detector, pass, selection, boxes && within === null),
      detailStep({ id, maskId, find, seedImage }, pass, this.#options, this.#notes),
    );
    this.#outputs.set(node, `\${steps.${id}.image}`);
  }

  finish(detailers: readonly GraphNode[]): Imported {
    refuseFaults(this.#graph.source, this.#faults);
    if (this.#steps.length === 0) {
      const types = [...new Set([...this.#graph.nodes.values()].map(({ type }) => type))]
        .slice(0, 12)
        .join(", ");
      const why = this.#notes
        .list()
        .filter(({ kind }) => kind === "dropped")
        .map(({ path, message }) => `; ${path}: ${message}`);
      throw new MaskloomError(
        "INPUT_INVALID",
        `${this.#graph.source.file}: expected a node that details: ${Object.keys(DETAILERS).join(", ")}; received ${types}${why.join("")}`,
      );
    }
    const ends = detailers.filter((node) => !this.#followed.has(node));
    const images = [...new Set(ends.map((node) => this.#outputs.get(node) ?? "${inputs.image}"))];
    return { workflow: this.#document(images), notes: this.#notes.list() };
  }

  /** A picture of the graph as a reference: what a detailer left, or the picture that the workflow is given. */
  #image(link: Link | null): string {
    const { found, passed } = imageOrigin(this.#graph, link, isDetailer);
    for (const node of passed.filter(({ type }) => !HARMLESS.test(type)))
      this.#notes.add("dropped", nameOf(node), "what it does to the picture on its way is not imported.");
    if (found === null) return "${inputs.image}";
    this.#followed.add(found);
    return this.#outputs.get(found) ?? "${inputs.image}";
  }

  /** What finds, and whether only its boxes count although it segments. */
  #detector({ detector: link, outlines, node }: Finds): {
    readonly detector: ImportedDetector;
    readonly boxes: boolean;
    /** Whether it is the second detector too, and what it finds has the outlines that it draws. */
    readonly draws: boolean;
  } {
    const origin = originOf(this.#graph, link);
    const path = nameOf(origin?.node ?? node);
    const name = origin?.node.inputs["model_name"];
    if (typeof name === "string" && name !== "") {
      const detector = importDetector(name, path, this.#notes);
      const segments = detector.manifest === null ? /seg/i.test(name) : detector.manifest.shape !== "box";
      const sameDraws = originOf(this.#graph, outlines?.link ?? null)?.node === origin?.node;
      return {
        detector,
        boxes: segments && origin?.slot === 0 && !sameDraws,
        draws: segments && sameDraws,
      };
    }
    const mesh = /MediaPipeFaceMesh/i.test(origin?.node.type ?? "");
    const model = mesh ? "mediapipe_face_mesh" : "mediapipe_face_full";
    if (!mesh)
      this.#notes.add(
        "hint",
        path,
        `this detector is not imported: ${model} stands in its place; choose what finds the same (maskloom models list).`,
      );
    return { detector: importDetector(model, path, this.#notes), boxes: false, draws: false };
  }

  /** A second detector draws the outlines: its mask, within which the boxes are cut. Returns the id of its step. */
  #outlines({ finds, values }: Pass, inputImage: string, maskId: string): string | null {
    const { outlines } = finds;
    const drawer = outlines === null ? undefined : originOf(this.#graph, outlines.link)?.node;
    // A detector of boxes has an output for outlines too, which gives none; one that segments needs no second look.
    if (
      outlines === null ||
      drawer === undefined ||
      !/seg/i.test(String(drawer.inputs["model_name"] ?? drawer.type))
    )
      return null;
    if (drawer === originOf(this.#graph, finds.detector)?.node) return null;
    const path = nameOf(finds.node);
    if (isRefinedBySam(this.#graph, finds)) {
      this.#notes.add(
        "hint",
        `${path}.segm_detector_opt`,
        "sam_model_opt goes before it there, so that it does nothing; import the graph without SAM to have the boxes cut to its outlines.",
      );
      return null;
    }
    if (outlines.grownAfter !== 0)
      this.#notes.add(
        "changed",
        `${path}.post_dilation`,
        "boxes and outlines grow by it before the ones are cut to the others, not what is left of them.",
      );
    const { detector } = this.#detector({ ...finds, detector: outlines.link });
    const [id = ""] = this.#names.take(`${maskId}Outlines`);
    this.#steps.push({
      id,
      task: "imageMasking",
      inputImage,
      model: detector.model,
      confidence: outlines.threshold,
      maskPadding: kernelRadius(Math.max(0, outlines.dilation)),
      maskBlur: Math.min(Math.round(values.feather), 512),
      onEmpty: "skip",
    });
    return id;
  }

  #document(images: readonly string[]): DraftRecord {
    const text = JSON.stringify(this.#steps);
    const prompt = (what: string): DraftRecord => ({
      type: "text",
      default: null,
      help: `${what}; without it the picture's own prompt.`,
    });
    const [first = "${inputs.image}"] = images;
    const named = images.map((image, at) => [at === 0 ? "image" : `image${at + 1}`, image]);
    return {
      maskloom: 1,
      name: this.#options.name,
      description: "What the Impact Pack's detailers of a ComfyUI graph do.",
      inputs: {
        image: { type: "image", help: "The picture." },
        ...Object.fromEntries([...this.#masks.values()].map((name) => [name, MASK_INPUT])),
        prompt: text.includes(JSON.stringify(OWN_PROMPT).slice(1, -1)) ? prompt("What it shows") : undefined,
        negativePrompt: text.includes(JSON.stringify(OWN_NEGATIVE).slice(1, -1))
          ? prompt("What it does not show")
          : undefined,
      },
      steps: this.#steps,
      ...(images.length > 1 ? { outputs: Object.fromEntries(named) } : { output: first }),
    };
  }
}
