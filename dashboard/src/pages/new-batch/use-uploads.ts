import { useEffect, useState, useSyncExternalStore } from "react";
import { storePictures } from "../../api/store-pictures.ts";
import { createUploads, type UploadItem, type Uploads } from "./upload-store.ts";

/** Pictures that are sent as soon as they are chosen; who leaves the page ends that. */
export function useUploads(): { readonly uploads: Uploads; readonly items: readonly UploadItem[] } {
  const [uploads] = useState(() => createUploads(storePictures));
  useEffect(() => () => uploads.close(), [uploads]);
  const items = useSyncExternalStore(uploads.subscribe, uploads.read);
  return { uploads, items };
}
