import { createHash } from "node:crypto";
import { asBuffer, startsWith } from "./bytes.ts";
import { APP1, type JpegSegment, MAX_SEGMENT_BYTES, XMP_MARK } from "./jpeg-segments.ts";
import { dividePacket } from "./xmp-packet.ts";

/*
 * XMP that is larger than a segment of a JPEG (ISO 16684-3, section 6.1.3): a small main packet names the rest by its
 * MD5, and the rest follows in parts.
 */

const EXTENSION_MARK = Buffer.from("http://ns.adobe.com/xmp/extension/\0", "latin1");
const GUID_BYTES = 32;
/** Mark, GUID, length of the whole, and place of the part in it. */
const PART_HEAD_BYTES = EXTENSION_MARK.length + GUID_BYTES + 8;
const PART_BYTES = 65_400;
const MAX_PACKET_BYTES = MAX_SEGMENT_BYTES - XMP_MARK.length;

/** Whether a packet has room in the one segment that every program reads. */
export const fitsSegment = (packet: Uint8Array): boolean => packet.length <= MAX_PACKET_BYTES;

/** All segments of a packet, of any size. */
export const writeXmpSegments = (packet: Uint8Array): JpegSegment[] =>
  fitsSegment(packet) ? [mainSegment(packet)] : splitXmp(packet);

/**
 * A packet behind one that names it.
 * @param extend has the one that names it say more; it must fit a segment
 */
export function splitXmp(
  packet: Uint8Array,
  extend: (main: Uint8Array) => Uint8Array | null = () => null,
): JpegSegment[] {
  const rest = unwrap(packet);
  const guid = createHash("md5").update(rest).digest("hex").toUpperCase();
  const count = Math.ceil(rest.length / PART_BYTES);
  const parts = Array.from({ length: count }, (_, i) => partOf(rest, guid, i * PART_BYTES));
  const main = namingPacket(guid);
  return [mainSegment(extend(main) ?? main), ...parts];
}

function mainSegment(packet: Uint8Array): JpegSegment {
  return { marker: APP1, data: Buffer.concat([XMP_MARK, packet]) };
}

function partOf(rest: Buffer, guid: string, offset: number): JpegSegment {
  const place = Buffer.alloc(8);
  place.writeUInt32BE(rest.length, 0);
  place.writeUInt32BE(offset, 4);
  const part = rest.subarray(offset, offset + PART_BYTES);
  return { marker: APP1, data: Buffer.concat([EXTENSION_MARK, Buffer.from(guid, "latin1"), place, part]) };
}

/** The rest goes without the packet's wrapper and its padding. */
function unwrap(packet: Uint8Array): Buffer {
  const text = asBuffer(packet).toString("latin1");
  const [head = ""] = /^(?:\xEF\xBB\xBF)?\s*<\?xpacket begin=[^>]*\?>\s*/.exec(text) ?? [];
  const rest = text.slice(head.length);
  return Buffer.from(dividePacket(rest)?.body.trimEnd() ?? rest, "latin1");
}

const NOTE = 'xmlns:xmpNote="http://ns.adobe.com/xmp/note/" xmpNote:HasExtendedXMP=';

/** A packet that says nothing but where the rest is. */
function namingPacket(guid: string): Buffer {
  return Buffer.from(
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">' +
      `<rdf:Description rdf:about="" ${NOTE}"${guid}"/></rdf:RDF></x:xmpmeta>`,
    "latin1",
  );
}

/**
 * What a main packet of ours stands for: all of the rest. Null where it is somebody else's, says something itself, or where
 * the rest is not whole: then the packet itself is all that is read.
 * @param bare the main packet without what was added to it
 */
export function readExtendedXmp(segments: readonly JpegSegment[], bare: Uint8Array): Uint8Array | null {
  const text = asBuffer(bare).toString("latin1");
  const [, guid] = /xmpNote:HasExtendedXMP="([0-9A-F]{32})"/.exec(text) ?? [];
  if (guid === undefined || text !== namingPacket(guid).toString("latin1")) return null;
  const mark = Buffer.concat([EXTENSION_MARK, Buffer.from(guid, "latin1")]);
  const parts = segments
    .filter(({ marker, data }) => marker === APP1 && startsWith(data, mark) && data.length > PART_HEAD_BYTES)
    .map(({ data }) => ({
      offset: asBuffer(data).readUInt32BE(mark.length + 4),
      bytes: data.subarray(PART_HEAD_BYTES),
    }))
    .sort((a, b) => a.offset - b.offset);
  const whole = Buffer.concat(parts.map(({ bytes }) => bytes));
  return createHash("md5").update(whole).digest("hex").toUpperCase() === guid ? whole : null;
}

export const isExtension = ({ marker, data }: JpegSegment): boolean =>
  marker === APP1 && startsWith(data, EXTENSION_MARK);
