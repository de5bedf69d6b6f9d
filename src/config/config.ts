import { availableParallelism, totalmem } from "node:os";
import path from "node:path";
import envPaths from "env-paths";
import { z } from "zod";
import { type BlobPlace, describePlace } from "../artifacts/blob-place.ts";
import type { S3Settings } from "../artifacts/s3-client.ts";
import { ExecutionProvider } from "../contracts/execution-provider.ts";
import type { SettingState } from "../contracts/settings.ts";
import { describeIssues } from "../describe-issues.ts";
import { MaskloomError } from "../errors.ts";
import { API_SETTINGS, type ApiSettings, apiSettingsOf } from "./api-settings.ts";
import { blobPlaceOf, readableFolder, s3SettingsOf } from "./artifact-settings.ts";
import { readSettingsFile } from "./config-file.ts";
import { DATABASE_SETTINGS, type DatabaseSettings, databaseSettingsOf } from "./database-settings.ts";
import { type Environment, readVariable } from "./environment-variable.ts";
import {
  NOTIFICATION_SETTINGS,
  type NotificationSettings,
  notificationSettingsOf,
} from "./notification-settings.ts";
import {
  OBSERVABILITY_SETTINGS,
  type ObservabilitySettings,
  observabilitySettingsOf,
} from "./observability-settings.ts";
import { PASSWORD_SETTINGS, withPasswords } from "./password-settings.ts";
import { PICTURE_SETTINGS, type PictureSettings, pictureSettingsOf } from "./picture-settings.ts";
import { type ProviderSettings, providersOf } from "./provider-settings.ts";
import { nodeText, QUEUE_SETTINGS, type QueueSettings, queueSettingsOf } from "./queue-settings.ts";
import { describeSettings } from "./setting-states.ts";
import { WORKER_SETTINGS, type WorkerSettings, workerSettingsOf } from "./worker-settings.ts";

/** Everything that can be set from outside, read once at start and handed down. */
export type Config = {
  /** Absolute folder of everything that Maskloom keeps: database, artifacts, models. */
  readonly home: string;
  readonly database: DatabaseSettings;
  readonly queue: QueueSettings;
  readonly artifacts: BlobPlace;
  /** Where pictures with addresses such as s3://bucket/a.jpg are. */
  readonly s3: S3Settings;
  readonly models: {
    /** Weights that were pulled or added, and converted models. */
    readonly folder: string;
    /** Where pulls go instead of the publisher, without a slash at the end: it has the same paths as the publisher. */
    readonly mirrorUrl: string | undefined;
  };
  readonly server: {
    readonly host: string;
    /** 0 picks a free one. */
    readonly port: number;
    readonly apiKey: string | undefined;
    /** Whether a request on loopback needs a key; unset: where a key or an address for others is configured. */
    readonly requireKeys: boolean | undefined;
    /** How clients reach this server, without a slash at the end. */
    readonly publicUrl: string | undefined;
    /** Names beyond localhost that a request's Host may carry. */
    readonly allowedHosts: readonly string[];
    readonly allowedOrigins: readonly string[];
    /** Whether a task of /v1 with a field that it does not have is refused instead of done without it. */
    readonly strict: boolean;
    /** Pages and clients that one server process tells live events at a time. */
    readonly liveConnections: number;
  };
  readonly inference: {
    /** Threads of one process that run models. */
    readonly threads: number;
    /** What runs the models, in order of preference; the CPU follows always. */
    readonly providers: readonly ExecutionProvider[];
    /** Memory for loaded models, of one process; the least recently used go first. */
    readonly sessionBytes: number;
    /** Detectors that a worker loads when it starts instead of at their first use. */
    readonly warmUp: readonly string[];
  };
  /** Places beyond this machine that execute tasks. */
  readonly providers: readonly ProviderSettings[];
  readonly worker: WorkerSettings;
  readonly pictures: PictureSettings;
  /** Folders of this machine below which callers of the API may let a batch read. */
  readonly batches: { readonly folders: readonly string[] };
  readonly api: ApiSettings;
  readonly observability: ObservabilitySettings;
  /** Null: nobody is told anything. */
  readonly notifications: NotificationSettings | null;
  readonly logLevel: "fatal" | "error" | "warn" | "info" | "debug" | "trace" | "silent";
  readonly limits: {
    readonly inputBytes: number;
    readonly inputPixels: number;
    readonly outputPixels: number;
  };
  /** Each setting with where it comes from, without secrets: for people who ask what holds. */
  readonly settings: readonly SettingState[];
};

const Url = (...protocols: string[]) =>
  z.url({
    protocol: new RegExp(`^(${protocols.join("|")})$`),
    error: `expected a URL that begins with ${protocols.map((name) => `${name}://`).join(" or ")}`,
  });
const List = z.string().transform((text) =>
  text
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== ""),
);
const Count = z.coerce.number().int().positive();
const GIBIBYTE = 1024 ** 3;
/** A quarter of the machine's memory, at least half a gigabyte and at most eight. */
const defaultModelMemory = (): number =>
  Math.round(Math.min(8 * GIBIBYTE, Math.max(GIBIBYTE / 2, totalmem() / 4)));

/** One row per setting: its environment variable, its place in the config file, what it may be. */
const SETTINGS = {
  MASKLOOM_HOME: { file: "home", type: z.string().optional() },
  ...DATABASE_SETTINGS,
  ...QUEUE_SETTINGS,
  ARTIFACTS_URL: { file: "artifacts.url", type: Url("file", "s3").optional() },
  MASKLOOM_S3_ENDPOINT: { file: "artifacts.s3Endpoint", type: Url("http", "https").optional() },
  MASKLOOM_S3_REGION: { file: "artifacts.s3Region", type: z.string().optional() },
  MASKLOOM_MODELS_URL: {
    file: "models.url",
    type: Url("http", "https")
      .transform((url) => url.replace(/\/+$/, ""))
      .optional(),
  },
  MASKLOOM_HOST: { file: "server.host", type: z.string().default("127.0.0.1") },
  MASKLOOM_PORT: { file: "server.port", type: z.coerce.number().int().min(0).max(65_535).default(8787) },
  MASKLOOM_API_KEY: {
    file: "server.apiKey",
    type: z.string().min(16, "expected at least 16 characters").optional(),
  },
  MASKLOOM_REQUIRE_KEYS: {
    file: "server.requireKeys",
    type: z.stringbool({ error: "expected true or false" }).optional(),
  },
  PUBLIC_URL: {
    file: "server.publicUrl",
    type: Url("http", "https")
      .transform((url) => url.replace(/\/+$/, ""))
      .optional(),
  },
  MASKLOOM_ALLOWED_HOSTS: { file: "server.allowedHosts", type: List.default([]) },
  MASKLOOM_ALLOWED_ORIGINS: { file: "server.allowedOrigins", type: List.default([]) },
  MASKLOOM_STRICT: {
    file: "server.strict",
    type: z.stringbool({ error: "expected true or false" }).default(false),
  },
  MASKLOOM_LIVE_CONNECTIONS: { file: "server.liveConnections", type: Count.default(256) },
  MASKLOOM_THREADS: { file: "inference.threads", type: Count.max(256).optional() },
  MASKLOOM_EXECUTION_PROVIDERS: {
    file: "inference.providers",
    type: List.pipe(z.array(ExecutionProvider)).default(["cpu"]),
  },
  MASKLOOM_MODEL_MEMORY: { file: "inference.modelMemory", type: Count.optional() },
  MASKLOOM_WARM_UP: { file: "inference.warmUp", type: List.default([]) },
  ...WORKER_SETTINGS,
  ...PICTURE_SETTINGS,
  MASKLOOM_FOLDERS: { file: "batches.folders", type: List.default([]) },
  ...API_SETTINGS,
  ...OBSERVABILITY_SETTINGS,
  ...PASSWORD_SETTINGS,
  ...NOTIFICATION_SETTINGS,
  LOG_LEVEL: {
    file: "logLevel",
    type: z.enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"]).default("info"),
  },
  MASKLOOM_MAX_INPUT_BYTES: { file: "limits.inputBytes", type: Count.default(64 * 1024 * 1024) },
  MASKLOOM_MAX_INPUT_PIXELS: { file: "limits.inputPixels", type: Count.default(100_000_000) },
  MASKLOOM_MAX_OUTPUT_PIXELS: { file: "limits.outputPixels", type: Count.default(200_000_000) },
} as const;
type SettingName = keyof typeof SETTINGS;
const PLACES = Object.values(SETTINGS).map(({ file }) => file);

const Settings = z.object(
  Object.fromEntries(Object.entries(SETTINGS).map(([name, { type }]) => [name, type])) as {
    [Name in SettingName]: (typeof SETTINGS)[Name]["type"];
  },
);

/**
 * The configuration: environment first, then the YAML file (MASKLOOM_CONFIG, else `config.yaml` in the home
 * folder), then the defaults. An empty variable counts as unset; `<name>_FILE` names a file that holds the value.
 * @throws INPUT_INVALID naming each wrong setting
 */
export function readConfig(env: Environment = process.env): Config {
  const fromEnv = pickSettings((name) => readVariable(env, name));
  const homeFromEnv = path.resolve(fromEnv.MASKLOOM_HOME ?? defaultHome());
  const file = env["MASKLOOM_CONFIG"]?.trim();
  const settingsFile = file || path.join(homeFromEnv, "config.yaml");
  const { values, sections } = readSettingsFile(settingsFile, PLACES, Boolean(file));
  const fromFile = pickSettings((name) => values.get(SETTINGS[name].file));
  const given = withPasswords(parseSettings(fromEnv, fromFile, settingsFile));
  const home = given.MASKLOOM_HOME === undefined ? homeFromEnv : path.resolve(given.MASKLOOM_HOME);
  const threads = given.MASKLOOM_THREADS ?? availableParallelism();
  const sessionBytes = given.MASKLOOM_MODEL_MEMORY ?? defaultModelMemory();
  const artifacts = blobPlaceOf(given, home);
  return {
    home,
    database: databaseSettingsOf(given),
    queue: queueSettingsOf(given),
    artifacts,
    s3: s3SettingsOf(given),
    models: { folder: path.join(home, "models"), mirrorUrl: given.MASKLOOM_MODELS_URL },
    server: {
      host: given.MASKLOOM_HOST,
      port: given.MASKLOOM_PORT,
      apiKey: given.MASKLOOM_API_KEY,
      requireKeys: given.MASKLOOM_REQUIRE_KEYS,
      publicUrl: given.PUBLIC_URL,
      allowedHosts: given.MASKLOOM_ALLOWED_HOSTS,
      allowedOrigins: given.MASKLOOM_ALLOWED_ORIGINS,
      strict: given.MASKLOOM_STRICT,
      liveConnections: given.MASKLOOM_LIVE_CONNECTIONS,
    },
    inference: {
      threads,
      providers: given.MASKLOOM_EXECUTION_PROVIDERS,
      sessionBytes,
      warmUp: given.MASKLOOM_WARM_UP,
    },
    providers: providersOf(sections.providers, env),
    worker: workerSettingsOf(given),
    pictures: pictureSettingsOf(given),
    batches: { folders: given.MASKLOOM_FOLDERS.map(readableFolder) },
    api: apiSettingsOf(given),
    observability: observabilitySettingsOf(given),
    notifications: notificationSettingsOf(given),
    logLevel: given.LOG_LEVEL,
    limits: {
      inputBytes: given.MASKLOOM_MAX_INPUT_BYTES,
      inputPixels: given.MASKLOOM_MAX_INPUT_PIXELS,
      outputPixels: given.MASKLOOM_MAX_OUTPUT_PIXELS,
    },
    settings: describeSettings({
      rows: SETTINGS,
      fromEnv,
      fromFile,
      values: {
        ...given,
        MASKLOOM_HOME: home,
        MASKLOOM_THREADS: threads,
        MASKLOOM_MODEL_MEMORY: sessionBytes,
        ARTIFACTS_URL: given.ARTIFACTS_URL ?? describePlace(artifacts),
        REDIS_SENTINELS: given.REDIS_SENTINELS.map(nodeText),
        REDIS_CLUSTER_NODES: given.REDIS_CLUSTER_NODES.map(nodeText),
      },
    }),
  };
}

/** What is wrong is told by the name under which it was given: a variable's, or its place in the file. */
function parseSettings(fromEnv: PickedSettings, fromFile: PickedSettings, file: string) {
  const values = { ...fromFile, ...fromEnv };
  const result = Settings.safeParse(values);
  if (result.success) return result.data;
  const named = (name: PropertyKey | undefined) =>
    Object.hasOwn(fromEnv, String(name)) ? String(name) : `${SETTINGS[name as SettingName].file} in ${file}`;
  const issues = result.error.issues.map((issue) => ({
    ...issue,
    path: [named(issue.path[0]), ...issue.path.slice(1)],
  }));
  const received = Object.entries(values).map(([name, value]) => [named(name), value]);
  const fault = describeIssues(new z.ZodError(issues), Object.fromEntries(received));
  throw new MaskloomError("INPUT_INVALID", `configuration: ${fault}`);
}

/** The per-user data folder of the platform; a service run by root keeps its data where daemons do. */
function defaultHome(): string {
  if (process.getuid?.() === 0) return "/var/lib/maskloom";
  return envPaths("maskloom", { suffix: "" }).data;
}

type PickedSettings = Partial<Record<SettingName, string>>;

function pickSettings(read: (name: SettingName) => string | undefined): PickedSettings {
  const picked: PickedSettings = {};
  for (const name of Object.keys(SETTINGS) as SettingName[]) {
    const value = read(name);
    if (value !== undefined) picked[name] = value;
  }
  return picked;
}
