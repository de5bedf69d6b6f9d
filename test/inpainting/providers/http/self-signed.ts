import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";

/* A certificate that nobody but its owner vouches for: X.509 (RFC 5280) in DER, by hand, since Node makes none. */

export interface SelfSigned {
  /** PEM. */
  readonly key: string;
  readonly cert: string;
}

/** For `localhost`, 127.0.0.1, of an EC key that is made for it. */
export function selfSigned(): SelfSigned {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const body = certificateBody(publicKey);
  const signature = sign("sha256", body, privateKey);
  const der = sequence(body, ECDSA_SHA256, bits(signature));
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${der.toString("base64").replaceAll(/.{64}/g, "$&\n")}\n-----END CERTIFICATE-----\n`,
  };
}

function certificateBody(publicKey: KeyObject): Buffer {
  const name = sequence(set(sequence(COMMON_NAME, tagged(0x0c, Buffer.from("localhost")))));
  const validity = sequence(time("20200101000000Z"), time("21200101000000Z"));
  const spki = publicKey.export({ type: "spki", format: "der" });
  const names = sequence(tagged(0x82, Buffer.from("localhost")), tagged(0x87, Buffer.from([127, 0, 0, 1])));
  const extensions = tagged(0xa3, sequence(sequence(ALTERNATIVE_NAMES, tagged(0x04, names))));
  const version3 = tagged(0xa0, integer(2));
  return sequence(version3, integer(1), ECDSA_SHA256, name, validity, name, spki, extensions);
}

/** @param tag of one byte */
function tagged(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

const sequence = (...parts: readonly Buffer[]): Buffer => tagged(0x30, Buffer.concat(parts));
const set = (...parts: readonly Buffer[]): Buffer => tagged(0x31, Buffer.concat(parts));
const integer = (value: number): Buffer => tagged(0x02, Buffer.from([value]));
const bits = (content: Buffer): Buffer => tagged(0x03, Buffer.concat([Buffer.from([0]), content]));
const time = (text: string): Buffer => tagged(0x18, Buffer.from(text));
const oid = (hex: string): Buffer => tagged(0x06, Buffer.from(hex, "hex"));

/** 1.2.840.10045.4.3.2, 2.5.4.3 and 2.5.29.17. */
const ECDSA_SHA256 = sequence(oid("2a8648ce3d040302"));
const COMMON_NAME = oid("550403");
const ALTERNATIVE_NAMES = oid("551d11");
