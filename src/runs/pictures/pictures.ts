import type { BlobStore } from "../../artifacts/blob-store.ts";
import type { Config } from "../../config/config.ts";
import { ArtifactUUID, type Digest, type OwnerUUID } from "../../contracts/ids.ts";
import type { OutputFormat } from "../../contracts/wire/common-fields.ts";
import type { ImageReference } from "../../contracts/wire/image-reference.ts";
import { MaskloomError } from "../../errors.ts";
import { MEDIA_TYPES } from "../../image/media-types.ts";
import type { ImageFormat } from "../../image/metadata/container.ts";
import { type ArtifactRow, deleteArtifact, findLinkedArtifact, useArtifact } from "../../store/artifacts.ts";
import { addAuditEntry } from "../../store/audit.ts";
import { collectDeleted } from "../../store/collect.ts";
import { readSecret } from "../../store/secrets.ts";
import type { Store } from "../../store/store.ts";
import type { ArtifactLibrary } from "../artifact-library.ts";
import { removeBlobs } from "../collect/remove-blobs.ts";
import type { OutsideClient } from "../outside/outside-client.ts";
import { whyNoPicture } from "../picture-gone.ts";
import type { ProvenanceSource } from "../provenance.ts";
import { retentionInForce } from "../retention.ts";
import { type Converter, createConverter } from "./converter.ts";
import { createLinker, type LinkTerms } from "./linker.ts";
import { isOwnHost, type ServingAddress } from "./own-address.ts";
import {
  DEFAULT_QUALITY,
  isGoodLink,
  type LinkedPicture,
  readLink,
  type Signature,
} from "./picture-links.ts";
import { createStamper, type Stamper } from "./stamper.ts";
import { checkBrought, takeIn } from "./take-in.ts";

/** A picture that is stored here. */
export interface Picture {
  readonly uuid: ArtifactUUID;
  readonly digest: Digest;
  readonly mediaType: string;
  /** Upright, in pixels; null where it was never looked at. */
  readonly width: number | null;
  readonly height: number | null;
}

/** As the wire asks for results. */
interface OutputForm {
  readonly outputFormat: OutputFormat;
  /** 1..100 */
  readonly outputQuality: number;
}

/** Bytes at rest, as they are served. */
interface ServedPicture {
  readonly digest: Digest;
  readonly bytes: number;
  readonly mediaType: string;
  /** Where they are not at rest in this form. */
  readonly content?: Uint8Array;
}

/** How pictures come in from callers and go out to them. */
export interface Pictures {
  /** The same for a server that is reached like this, which decides about its links. */
  servedBy(address: ServingAddress): Pictures;
  /**
   * Finds a picture that is here, or takes it in: from the request, or from a public URL; a URL of our own is the picture
   * that it leads to. From now on it is kept as long as one that is new.
   * @throws PICTURE_UNKNOWN, PICTURE_GONE; FETCH_FAILED, TARGET_REFUSED; IMAGE_UNREADABLE, IMAGE_UNSUPPORTED, IMAGE_TOO_LARGE; CANCELLED
   */
  read(owner: OwnerUUID, reference: ImageReference, signal: AbortSignal): Promise<Picture>;
  /** Whether it could be read, with the same errors; nothing is stored. */
  check(owner: OwnerUUID, reference: ImageReference, signal: AbortSignal): Promise<void>;
  /** As `read`, for an upload, which the configuration may store smaller. */
  upload(owner: OwnerUUID, reference: ImageReference, signal: AbortSignal): Promise<Picture>;
  /** It is gone for its owner at once, and from the disk when no run needs it. @throws PICTURE_UNKNOWN */
  remove(owner: OwnerUUID, uuid: ArtifactUUID): Promise<void>;
  /** @throws PICTURE_UNKNOWN, PICTURE_GONE */
  encode(
    owner: OwnerUUID,
    uuid: ArtifactUUID,
    form: OutputForm,
  ): Promise<{ readonly bytes: Uint8Array; readonly mediaType: string }>;
  /** Where the picture can be fetched in this form by a plain GET. */
  urlOf(owner: OwnerUUID, uuid: ArtifactUUID, form: OutputForm & LinkTerms): string;
  /** The same in the format in which it is stored. */
  urlAsStored(owner: OwnerUUID, picture: Pick<Picture, "uuid" | "mediaType">, terms: LinkTerms): string;
  /** What a URL leads to, for its owner. @throws PICTURE_UNKNOWN, PICTURE_GONE */
  serve(owner: OwnerUUID, picture: LinkedPicture): Promise<ServedPicture>;
  /** The same for whoever has a signed link. @throws FORBIDDEN, PICTURE_UNKNOWN */
  serveLinked(picture: LinkedPicture, signature: Signature): Promise<ServedPicture>;
}

export interface PicturesContext {
  readonly config: Pick<Config, "database" | "limits" | "pictures" | "server" | "settings">;
  readonly store: Pick<Store, "db">;
  readonly blobs: BlobStore;
  readonly artifacts: ArtifactLibrary;
  readonly outside: OutsideClient;
  /** Null where what is given out is not to say how it came about. */
  readonly provenance: ProvenanceSource | null;
}

export async function openPictures(context: PicturesContext): Promise<Pictures> {
  const { config, store, blobs } = context;
  const secret = await readSecret(store.db, "links");
  const converter = createConverter(store, blobs, config.limits);
  const stamper = createStamper(context.provenance);
  const { apiKey, requireKeys } = config.server;
  const { keepMs } = await retentionInForce(store, config);
  return servePictures(
    { ...context, secret, converter, stamper, keepMs },
    { ...config.server, keyRequired: requireKeys ?? apiKey !== undefined },
  );
}

interface OpenedContext extends PicturesContext {
  readonly secret: Uint8Array;
  /** As pictures are kept when the server starts: so long its links hold. */
  readonly keepMs: number;
  readonly converter: Converter;
  readonly stamper: Stamper;
}

function servePictures(context: OpenedContext, address: ServingAddress): Pictures {
  const { config, store, blobs, secret, converter, stamper, keepMs } = context;
  const { uploadSide } = config.pictures;
  const link = createLinker(secret, keepMs, address);

  const find = async (owner: OwnerUUID, uuid: ArtifactUUID): Promise<ArtifactRow> => {
    const row = await useArtifact(store.db, owner, uuid);
    if (row === null) throw await whyNoPicture(store, owner, uuid, unknownPicture(uuid));
    return row;
  };

  /** Our own result, sent back by its URL: no detour over the network, which the guard would refuse on loopback. */
  const findByUrl = async (owner: OwnerUUID, given: string): Promise<ArtifactRow | null> => {
    const url = new URL(given);
    const uuid = isOwnHost(address, url) ? readLink(url) : null;
    return uuid === null ? null : useArtifact(store.db, owner, uuid);
  };

  const read = async (owner: OwnerUUID, reference: ImageReference, signal: AbortSignal, side?: number) => {
    if (reference.kind === "uuid") return toPicture(await find(owner, ArtifactUUID.parse(reference.uuid)));
    const own = reference.kind === "url" ? await findByUrl(owner, reference.url) : null;
    return toPicture(own ?? (await takeIn(context, owner, reference, signal, side)));
  };

  const check = async (owner: OwnerUUID, reference: ImageReference, signal: AbortSignal) => {
    if (reference.kind === "uuid") await find(owner, ArtifactUUID.parse(reference.uuid));
    else if (reference.kind === "base64" || (await findByUrl(owner, reference.url)) === null) {
      await checkBrought(context, owner, reference, signal);
    }
  };

  const serve = async (row: ArtifactRow, { format, quality }: LinkedPicture): Promise<ServedPicture> => {
    const mediaType = MEDIA_TYPES[format];
    const form = { format, quality };
    const atRest = () => converter.keep(row, form);
    const stamped = await stamper.stamped(row, form, async () => blobs.get((await atRest()).digest));
    if (stamped !== null) return { ...stamped, bytes: stamped.content.length, mediaType };
    const { digest, bytes } = await atRest();
    return { digest, bytes, mediaType };
  };

  return {
    servedBy: (other) => servePictures(context, other),
    read: (owner, reference, signal) => read(owner, reference, signal),
    check,
    upload: (owner, reference, signal) => read(owner, reference, signal, uploadSide),
    async remove(owner, uuid) {
      await store.db.transaction().execute(async (transaction) => {
        if (!(await deleteArtifact(transaction, owner, uuid))) throw unknownPicture(uuid);
        await addAuditEntry(transaction, { owner, actor: "api", action: "picture.delete", target: uuid });
      });
      const { digests } = await collectDeleted(store.db, [uuid]);
      await removeBlobs(store, blobs, digests);
    },
    async encode(owner, uuid, { outputFormat, outputQuality }) {
      const format = FORMATS[outputFormat];
      const row = await find(owner, uuid);
      const form = { format, quality: outputQuality };
      const plain = () => converter.encode(row, form);
      const bytes = (await stamper.stamped(row, form, plain))?.content ?? (await plain());
      return { bytes, mediaType: MEDIA_TYPES[format] };
    },
    urlOf: (owner, uuid, { outputFormat, outputQuality, ...terms }) =>
      link(owner, { uuid, format: FORMATS[outputFormat], quality: outputQuality }, terms),
    urlAsStored: (owner, { uuid, mediaType }, terms) =>
      link(owner, { uuid, format: formatOf(mediaType), quality: DEFAULT_QUALITY }, terms),
    serve: async (owner, picture) => serve(await find(owner, picture.uuid), picture),
    async serveLinked(picture, signature) {
      if (!isGoodLink(secret, picture, signature, Date.now())) throw badLink();
      const row = await findLinkedArtifact(store.db, picture.uuid);
      if (row === null) throw unknownPicture(picture.uuid);
      return serve(row, picture);
    },
  };
}

const FORMATS: Readonly<Record<OutputFormat, ImageFormat>> = { JPG: "jpg", PNG: "png", WEBP: "webp" };

function formatOf(mediaType: string): ImageFormat {
  const [format] = Object.entries(MEDIA_TYPES).find(([, type]) => type === mediaType) ?? [];
  return format === "jpg" || format === "webp" ? format : "png";
}

const toPicture = ({ uuid, digest, mediaType, width, height }: ArtifactRow): Picture => ({
  uuid,
  digest,
  mediaType,
  width,
  height,
});

function unknownPicture(uuid: ArtifactUUID): MaskloomError {
  return new MaskloomError(
    "PICTURE_UNKNOWN",
    `image ${uuid}: expected the UUID of a picture that was uploaded or made with this key; there is none, or it was deleted`,
  );
}

const badLink = (): MaskloomError =>
  new MaskloomError(
    "FORBIDDEN",
    "link: it has expired, or is not as it was given out; ask for the picture anew by its UUID and your key",
  );
