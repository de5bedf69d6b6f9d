import { createHash } from "node:crypto";
import process from "node:process";
import { inspectModel } from "../../onnx/inspect-model.ts";
import type { ModelSummary, TensorSummary } from "../../onnx/model-summary.ts";
import { importPytorch } from "../../onnx/pytorch/import-pytorch.ts";
import { formatBytes } from "../../runs/models/byte-size.ts";
import { formatTable, paint, printJson, printLine } from "../terminal.ts";
import { readModelFile } from "./add.ts";

const LONGEST_TEXT = 100;

/** What a model file says of itself. A PyTorch checkpoint is shown as what it becomes; nothing is run. */
export async function inspectFile(file: string, { json }: { readonly json?: true }): Promise<void> {
  const bytes = await readModelFile(file);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const checkpoint = isCheckpoint(bytes);
  const summary = inspectModel(checkpoint ? await importPytorch(bytes, file) : bytes, file);
  const shown = checkpoint
    ? { ...summary, format: "pytorch, as converted to onnx", bytes: bytes.length }
    : summary;
  if (json) printJson({ file, sha256, ...shown });
  else printSummary(file, sha256, shown);
}

type Summary = Omit<ModelSummary, "format"> & { readonly format: string };

/** A zip archive. */
function isCheckpoint(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b;
}

function printSummary(file: string, sha256: string, summary: Summary): void {
  const { format, version, producer, bytes, inputs, outputs, operators, unsupported, metadata } = summary;
  const heading = (text: string) => printLine(paint("bold", text, process.stdout));
  heading(file);
  const facts = [["  format", `${format}${version === null ? "" : `, version ${version}`}`]];
  if (producer !== "") facts.push(["  from", producer]);
  facts.push(["  size", `${formatBytes(bytes)} (${bytes} bytes)`], ["  SHA-256", sha256]);
  printLine(formatTable(facts));
  heading("Inputs");
  printLine(formatTable(inputs.map(rowOf)));
  heading("Outputs");
  printLine(formatTable(outputs.map(rowOf)));
  const total = operators.reduce((sum, { count }) => sum + count, 0);
  heading(`Operators (${total})`);
  printLine(
    formatTable(operators.map(({ name, count }) => [`  ${name}`, String(count), noteOf(name, unsupported)])),
  );
  const texts = Object.entries(metadata);
  if (texts.length === 0) return;
  heading("Metadata");
  printLine(formatTable(texts.map(([name, text]) => [`  ${name}`, shorten(text)])));
}

function rowOf({ name, type, shape }: TensorSummary): string[] {
  return [`  ${name}`, type, `[${shape.join(", ")}]`];
}

function noteOf(name: string, unsupported: readonly string[]): string {
  return unsupported.includes(name) ? "cannot be converted by this version" : "";
}

function shorten(text: string): string {
  const line = text.replaceAll(/\s+/g, " ");
  return line.length <= LONGEST_TEXT ? line : `${line.slice(0, LONGEST_TEXT)}…`;
}
