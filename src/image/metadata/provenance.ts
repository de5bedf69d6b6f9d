import { asBuffer } from "./bytes.ts";
import { dividePacket } from "./xmp-packet.ts";

/* Our own properties in XMP (ISO 16684-1): one rdf:Description with a namespace of ours, added to whatever is there. */

/** How a picture came about, as far as whoever gets it can check it. */
export interface Provenance {
  /** Of Maskloom. */
  readonly version: string;
  /** Name of the workflow. */
  readonly workflow: string;
  readonly workflowDigest: string;
  readonly runUUID: string;
  /** In the order of the steps. */
  readonly steps: readonly ProvenanceStep[];
}

interface ProvenanceStep {
  readonly step: string;
  readonly taskUUID: string;
  readonly taskType: string;
  /** Place in a fan-out, from 1. */
  readonly element?: number | undefined;
  readonly provider?: string | undefined;
  readonly model?: string | undefined;
  /** Of the model and of the code that runs it, as in the report. */
  readonly modelDigest?: string | undefined;
  /** SHA-256 of the model's files, with spaces between. */
  readonly weights?: string | undefined;
  readonly seed?: number | undefined;
  /** All that it painted with, with spaces between, where they are not that one alone. */
  readonly seeds?: string | undefined;
}

const PROVENANCE_NAMESPACE = "urn:maskloom:provenance:1#";
/** Of a fan-out of a thousand faces the first ones. */
const MOST_STEPS = 200;

const PACKET_HEAD =
  '<?xpacket begin="\uFEFF" id="W5M0MpCehiHzreSzNTczkc9d"?>\n<x:xmpmeta xmlns:x="adobe:ns:meta/">\n' +
  '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n';
const PACKET_TAIL = '</rdf:RDF>\n</x:xmpmeta>\n<?xpacket end="w"?>';

/**
 * A packet with our description in it: a new one, or the given one with every byte of it in its place around what is
 * added. What an earlier run of ours has added is replaced, since a property may stand there only once.
 * @returns null where the packet is none that we can read (UTF-16, damaged): then it had better be left alone
 */
export function addProvenance(packet: Uint8Array | null, provenance: Provenance): Uint8Array | null {
  if (packet === null)
    return Buffer.from(PACKET_HEAD + describe(provenance, "rdf", "") + PACKET_TAIL, "utf8");
  /* Latin-1 keeps bytes and places the same. */
  const text = withoutOurs(asBuffer(packet).toString("latin1"));
  const end = [...text.matchAll(/<\/([A-Za-z_][\w.-]{0,50}):RDF\s*>/g)].at(-1);
  const prefix = end?.[1];
  if (end === undefined || prefix === undefined) return null;
  const [, , about = ""] = new RegExp(`\\s${prefix}:about\\s*=\\s*(["'])([^"'<]*)\\1`).exec(text) ?? [];
  const added = Buffer.from(describe(provenance, prefix, about), "utf8").toString("latin1");
  return Buffer.from(text.slice(0, end.index) + added + text.slice(end.index), "latin1");
}

/** A packet without what an earlier run of ours has added. */
export function withoutProvenance(packet: Uint8Array): Uint8Array {
  return Buffer.from(withoutOurs(asBuffer(packet).toString("latin1")), "latin1");
}

/** A packet without the blanks that others leave at its end for what is added later (ISO 16684-1, section 7.3.2). */
export function withoutPadding(packet: Uint8Array): Uint8Array {
  const text = asBuffer(packet).toString("latin1");
  const { body, end } = dividePacket(text) ?? { body: text, end: "" };
  const bare = end === "" ? body : body.trimEnd();
  return Buffer.from(bare === body ? text : `${bare}\n${end}`, "latin1");
}

/** Exactly what `describe` has written, so that nothing of anybody else's is ever taken. */
function withoutOurs(text: string): string {
  const mark = ` xmlns:maskloom="${PROVENANCE_NAMESPACE}"`;
  const at = text.indexOf(mark);
  const start = at < 0 ? -1 : text.lastIndexOf("<", at);
  const [, tag] = /^<([\w.-]+:Description)\s/.exec(text.slice(start, at)) ?? [];
  const close = tag === undefined ? -1 : text.indexOf(`</${tag}>\n`, at);
  return tag === undefined || close < 0 ? text : text.slice(0, start) + text.slice(close + tag.length + 4);
}

/** All descriptions of a packet are about the same thing, which has the name that is there already. */
function describe(provenance: Provenance, rdf: string, about: string): string {
  const { steps, ...facts } = provenance;
  const items = steps
    .slice(0, MOST_STEPS)
    .map((step) => `   <${rdf}:li ${rdf}:parseType="Resource">${properties(step)}</${rdf}:li>\n`);
  return [
    `<${rdf}:Description ${rdf}:about="${about}" xmlns:maskloom="${PROVENANCE_NAMESPACE}">\n`,
    `  ${properties(facts)}\n`,
    `  <maskloom:steps><${rdf}:Seq>\n${items.join("")}  </${rdf}:Seq></maskloom:steps>\n`,
    `</${rdf}:Description>\n`,
  ].join("");
}

function properties(record: object): string {
  return Object.entries(record)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([name, value]) => `<maskloom:${name}>${escapeXml(String(value))}</maskloom:${name}>`)
    .join("");
}

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

/** XML 1.0 has no place for most control characters nor for half of a character, not even as references. */
function escapeXml(text: string): string {
  return text
    .replace(/(?![\t\n\r])\p{Cc}|\p{Surrogate}|[\uFFFE\uFFFF]/gu, "")
    .replace(/[&<>]/g, (one) => ESCAPES[one] ?? one);
}
