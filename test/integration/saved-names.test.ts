import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { listSaved, withNamedWorkflow } from "../../src/cli/named-workflow.ts";
import { saveWorkflow } from "../../src/runs/saved-workflows.ts";
import { LOCAL_OWNER } from "../../src/store/owners.ts";
import { openServerHost, type ServerHost } from "./server-host.ts";

const ACTOR = { owner: LOCAL_OWNER, via: "api", key: null } as const;

describe("names of workflows on the command line", () => {
  let host: ServerHost;
  let source: string;
  const save = (name: string, text: string) =>
    saveWorkflow(host.services.store, ACTOR, name, { source: text, basedOn: 0 });
  beforeAll(async () => {
    host = await openServerHost();
    source = (await readFile("workflows/face-detail.yaml", "utf8")).replace(
      "name: face-detail",
      "name: mine",
    );
    await save("mine", source);
    await save(
      "twice",
      "maskloom: 1\nname: twice\ninputs: { image: { type: image } }\nsteps:\n" +
        "  - { id: a, task: use, workflow: mine, inputs: { image: '${inputs.image}' } }\noutput: ${steps.a.image}\n",
    );
  });
  afterAll(() => host.stop());
  afterEach(() => void vi.unstubAllEnvs());

  const nameOf = (given: string) =>
    withNamedWorkflow(given, async ({ parsed, saved }) => [parsed.document.name, saved?.number ?? null]);

  it("mean what was saved here, what comes with Maskloom, and a file only where they look like one", async () => {
    vi.stubEnv("MASKLOOM_HOME", host.home);
    const file = path.join(host.home, "mine.yaml");
    await writeFile(file, source.replace("name: mine", "name: another"));
    expect(await nameOf("mine")).toEqual(["mine", 1]);
    expect(await nameOf(file)).toEqual(["another", null]);
    expect(await nameOf("face-detail")).toEqual(["face-detail", null]);
    await expect(nameOf("minne")).rejects.toMatchObject({
      code: "WORKFLOW_UNKNOWN",
      message: expect.stringContaining("Did you mean mine?"),
    });
    const used = await withNamedWorkflow("twice", ({ find }) => find("mine"));
    expect(used.parsed.document.name).toBe("mine");
    const names = await listSaved(async ({ parsed }) => parsed.document.name);
    expect(names).toEqual(["mine", "twice"]);
  });

  it("make no database where there is none yet", async () => {
    const home = path.join(host.home, "another home");
    await mkdir(home);
    vi.stubEnv("MASKLOOM_HOME", home);
    await expect(nameOf("mine")).rejects.toMatchObject({ code: "WORKFLOW_UNKNOWN" });
    expect(await listSaved(async () => "one")).toEqual([]);
    expect(existsSync(path.join(home, "postgres"))).toBe(false);
  });
});
