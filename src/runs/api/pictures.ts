import type { ArtifactUUID, OwnerUUID } from "../../contracts/ids.ts";
import type { ImageReference } from "../../contracts/wire/image-reference.ts";
import type { Delivery } from "./delivery.ts";

/** A picture that is stored here. */
export interface Picture {
  readonly uuid: ArtifactUUID;
  /** Upright, in pixels; null where it was never looked at. */
  readonly width: number | null;
  readonly height: number | null;
}

export type OutputForm = Pick<Delivery, "outputFormat" | "outputQuality">;

/** How pictures come in and go out; what tasks need of it. */
export interface Pictures {
  /** Stores what the reference says, or finds it. Throws what is wrong with it, with the code that says so. */
  read(owner: OwnerUUID, reference: ImageReference, signal: AbortSignal): Promise<Picture>;
  encode(
    owner: OwnerUUID,
    uuid: ArtifactUUID,
    form: OutputForm,
  ): Promise<{ readonly bytes: Uint8Array; readonly mediaType: string }>;
  /** Where the picture can be fetched in this form. */
  urlOf(owner: OwnerUUID, uuid: ArtifactUUID, form: OutputForm & Pick<Delivery, "baseUrl" | "ttl">): string;
}
