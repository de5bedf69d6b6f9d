/* Everything that goes into the simulation and is neither in the code nor in the manifests: what was measured, and what is guessed. */

export interface Figure {
  readonly value: number;
  readonly what: string;
  readonly from: string;
}

const README = "README, Measured";

/** On two shared cores. */
export const MEASURED = {
  photosAMinute: { value: 45.9, what: "photos a minute through `face-detail`, two cores", from: README },
  bareAMinute: {
    value: 48.7,
    what: "the same of a bare loop of decode, models, blend and encode",
    from: README,
  },
  postgresOnRedis: {
    value: 7.87,
    what: "ms of PostgreSQL's processor for a run of two steps that share no transaction with others, queues on Redis",
    from: "`npm run bench -- workers`",
  },
  postgresOnPostgres: {
    value: 15.72,
    what: "the same with the queues on PostgreSQL",
    from: "`npm run bench -- workers`",
  },
  idleWorker: {
    value: 0.4,
    what: "ms of PostgreSQL's processor a second for a worker, whether it works or not",
    from: "`npm run bench -- workers`",
  },
  apiShort: { value: 81, what: "`imageMasking` a second, 16 at a time, `face_short`", from: README },
  bareShort: { value: 214, what: "the same of a bare loop", from: README },
  apiYolo: { value: 24, what: "`imageMasking` a second, 16 at a time, a YOLOv8n", from: README },
  bareYolo: { value: 34, what: "the same of a bare loop", from: README },
  engineShort: {
    value: 0.012,
    what: "seconds of processor of engine for a task, the least",
    from: "docs/benchmarks.md, The API",
  },
  engineYolo: { value: 0.023, what: "the same, the most", from: "docs/benchmarks.md, The API" },
  maskingSeconds: {
    value: 0.1,
    what: "seconds of a core for finding faces in a photo, at most",
    from: "`maskloom run face-detail`, what it says of each photo",
  },
  databaseKilobytes: {
    value: 11,
    what: "kB of database for a run of two steps",
    from: "`npm run bench -- scale`",
  },
  pictureMegabytes: {
    value: 2.2,
    what: "MB that a run keeps of a photo of 640 pixels that is made twice as large",
    from: "`du` after 13 photos through `face-detail`",
  },
} as const satisfies Record<string, Figure>;

/** Nobody has measured these: what they stand for depends on who uses an installation, and on whom it asks. */
export const GUESSED = {
  singleShare: {
    value: 0.2,
    what: "share of the pictures that somebody waits for; the others come in batches",
    from: "a guess",
  },
  remoteShare: { value: 0.25, what: "share that a provider repaints", from: "a guess" },
  dailySwing: {
    value: 0.6,
    what: "how far the busiest hour (14:00) is above the mean, and 02:00 below",
    from: "a guess",
  },
  ownerPictures: { value: 1_000, what: "pictures a day of an owner, in the mean", from: "a guess" },
  ownerSkew: { value: 0.8, what: "the owner of rank k has k^-0.8 of what the first has", from: "a guess" },
  providerMedian: { value: 6, what: "seconds of a provider's call, median", from: "a guess" },
  providerSpread: { value: 0.6, what: "deviation of their logarithm", from: "a guess" },
  providerFailing: {
    value: 0.02,
    what: "share of calls that fail and are worth another try",
    from: "a guess",
  },
  providerUse: {
    value: 0.7,
    what: "use of a provider's slots in the busiest hour that it is given enough of them for",
    from: "a rule",
  },
  vanishing: {
    value: 86_400,
    what: "seconds of work after which a worker vanishes, in the mean",
    from: "a guess",
  },
  startUp: {
    value: 30,
    what: "seconds until a new worker works: a node with the image, 2 s of it ours",
    from: "a guess",
  },
  postgresCores: {
    value: 8,
    what: "cores of a cell's PostgreSQL, taken to carry as much each as the two that were measured",
    from: "a guess",
  },
  cellUse: {
    value: 0.25,
    what: "of what PostgreSQL carries, what a cell may need in the busiest hour; the rest is for bursts and bad days",
    from: "a rule",
  },
} as const satisfies Record<string, Figure>;

/** Batches by how many pictures they have; each size makes up as large a part of a day. */
export const BATCH_SIZES = [100, 1_000, 10_000, 100_000] as const;
/** No batch is larger than this share of what a cell does in a day. */
export const LARGEST_BATCH = 0.1;
/** Two cores, two tasks at a time: the workers of `deploy/kubernetes`. */
export const SLOTS_OF_A_WORKER = 2;
