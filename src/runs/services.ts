import type { BlobStore } from "../artifacts/blob-store.ts";
import { openBlobStore } from "../artifacts/open-blob-store.ts";
import { openObjectStore } from "../artifacts/open-object-store.ts";
import type { Config } from "../config/config.ts";
import type { RemoteProviders } from "../inpainting/providers/remote-providers.ts";
import { openQueues } from "../queue/open-queues.ts";
import type { TaskQueues } from "../queue/task-queues.ts";
import { openDatabase } from "../store/postgres/database.ts";
import { readInstallation } from "../store/secrets.ts";
import { openStore, type Store } from "../store/store.ts";
import { type ArtifactLibrary, createArtifactLibrary } from "./artifact-library.ts";
import { openBatchFolders } from "./batches/batch-folders.ts";
import type { FolderReader } from "./batches/folder-reader.ts";
import { createUploadMemory } from "./calls/upload-memory.ts";
import { openDetectorElsewhere } from "./detector-elsewhere.ts";
import { type ModelSources, openModelSources } from "./model-sources.ts";
import { createOutsideClient, type OutsideClient } from "./outside/outside-client.ts";
import { openPictures, type Pictures } from "./pictures/pictures.ts";
import { createThumbnails, type Thumbnails } from "./pictures/thumbnails.ts";
import { createProvenanceSource, type ProvenanceSource } from "./provenance.ts";
import { createDetectorTrials, type DetectorTrials } from "./try-detector.ts";

/** What every process of an installation shares: the state, the queues and the artifacts. */
export interface Services {
  readonly config: Config;
  readonly store: Store;
  readonly queues: TaskQueues;
  readonly blobs: BlobStore;
  readonly artifacts: ArtifactLibrary;
  readonly models: ModelSources & { readonly providers: RemoteProviders };
  /** For addresses that callers gave. */
  readonly outside: OutsideClient;
  /** Those that batches may read. */
  readonly folders: FolderReader;
  readonly pictures: Pictures;
  readonly thumbnails: Thumbnails;
  readonly trials: DetectorTrials;
  /** Null where results are not to say how they came about. */
  readonly provenance: ProvenanceSource | null;
  close(): Promise<void>;
}

/**
 * Opens everything, or nothing: what was opened before a failure is closed again.
 * @throws ENGINE_UNAVAILABLE with what to do
 */
export async function openServices(config: Config, onError: (error: unknown) => void): Promise<Services> {
  const opened: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const closeOne of opened.splice(0).reverse()) await closeOne();
  };
  try {
    const database = await openDatabase(config);
    opened.push(() => database.close());
    const { pool, connection, isPooled } = database;
    const store = await openStore(pool, connection, config.database.schema, isPooled);
    opened.push(() => store.close());
    const queues = await openQueues(config, database.connection, onError);
    opened.push(() => queues.close());
    const blobs = await openBlobStore(config.artifacts);
    await blobs.claim(await readInstallation(store.db));
    const artifacts = createArtifactLibrary(store, blobs);
    const outside = createOutsideClient(config.pictures);
    opened.push(() => outside.close());
    const objects = openObjectStore(config.s3);
    opened.push(() => objects.close());
    const models = openModelSources(config, (place) => createUploadMemory(store, place));
    opened.push(() => models.close());
    const trials = createDetectorTrials({
      config,
      models,
      artifacts,
      openElsewhere: (owner, provider, model) =>
        openDetectorElsewhere({ config, models, artifacts, store }, { owner, provider, model }),
    });
    opened.push(() => trials.close());
    const provenance = config.pictures.provenance ? createProvenanceSource(store, models) : null;
    const pictures = await openPictures({ config, store, blobs, artifacts, outside, provenance });
    return {
      config,
      store,
      queues,
      blobs,
      artifacts,
      models,
      outside,
      folders: openBatchFolders(config.batches.folders, objects),
      pictures,
      trials,
      thumbnails: createThumbnails(store, blobs, config.limits),
      provenance,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
