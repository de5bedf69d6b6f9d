import type { UploadMemory } from "../../protocol/client/uploads.ts";
import { findUpload, forgetUploads, keepUpload } from "../../store/provider-uploads.ts";
import type { Store } from "../../store/store.ts";

/** What all workers know of the pictures that a peer has got. @param place digest of its address and account */
export function createUploadMemory({ db }: Pick<Store, "db">, place: string): UploadMemory {
  return {
    find: (owner, digest) => findUpload(db, { place, owner, digest }),
    keep: (owner, digest, reference) => keepUpload(db, { place, owner, digest }, reference),
    async forget(references) {
      if (references.length > 0) await forgetUploads(db, place, references);
    },
  };
}
