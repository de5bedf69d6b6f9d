import type { ObjectStore } from "./object-store.ts";
import type { S3Settings } from "./s3-client.ts";

/** Nothing is loaded, and nobody asked, before something is wanted: the SDK would double what a command loads. */
export function openObjectStore(settings: S3Settings): ObjectStore {
  let opened: Promise<ObjectStore> | undefined;
  const store = (): Promise<ObjectStore> => {
    opened ??= import("./s3-objects.ts").then(({ createS3Objects }) => createS3Objects(settings));
    return opened;
  };
  return {
    async *entries(folder) {
      yield* (await store()).entries(folder);
    },
    kindOf: async (address) => (await store()).kindOf(address),
    find: async (address) => (await store()).find(address),
    read: async (address, mostBytes) => (await store()).read(address, mostBytes),
    write: async (address, bytes, mediaType) => (await store()).write(address, bytes, mediaType),
    close: async () => (await opened)?.close(),
  };
}
