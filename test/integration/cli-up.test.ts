import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeTemporaryHome, removeTemporaryHome } from "../store/postgres/temporary-home.ts";
import { type Installation, installCli, until } from "./cli-installation.ts";

let installation: Installation;
let home: string;

beforeAll(async () => {
  installation = await installCli();
  home = await makeTemporaryHome();
});

afterAll(async () => {
  await removeTemporaryHome(home);
  await installation.remove();
});

describe("up", () => {
  it("says where it is in one line on stdout, answers there, refuses a busy port, and ends well on SIGTERM", async () => {
    const up = installation.start(["up", "--port", "0"], { home });
    await until(() => up.stdout().includes("\n"));
    const url = /^Maskloom is ready: (http:\/\/127\.0\.0\.1:(\d+))\n$/.exec(up.stdout());
    expect(url, up.stdout()).not.toBeNull();
    expect((await fetch(`${url?.[1]}/readyz`)).status).toBe(200);

    const second = await installation.run(["up", "--port", url?.[2] ?? ""], { home });
    expect({ code: second.code, stdout: second.stdout }).toEqual({ code: 1, stdout: "" });
    expect(second.stderr).toMatch(/error CONFLICT: port \d+ .*--port/);

    up.kill("SIGTERM");
    const { code, stdout } = await up.ended;
    expect({ code, lines: stdout.split("\n").length }).toEqual({ code: 0, lines: 2 });
  });

  it("will not listen beyond this machine without a key", async () => {
    const { code, stderr } = await installation.run(["up", "--host", "0.0.0.0", "--port", "0"], { home });
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/MASKLOOM_API_KEY/) });
  });
});

describe("doctor", () => {
  it("finds nothing wrong where everything is there", async () => {
    const { code, stdout } = await installation.run(["doctor", "--json"], { home });
    expect(code, stdout).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ ok: true });
  });

  it("says what is wrong with the settings themselves", async () => {
    const { code, stdout } = await installation.run(["doctor"], { home, env: { MASKLOOM_PORT: "many" } });
    expect({ code, stdout }).toEqual({
      code: 1,
      stdout: expect.stringMatching(/^fail {2}Settings [\s\S]*MASKLOOM_PORT[\s\S]*->/),
    });
  });

  it("names a database that does not answer, without its password, and what to do", async () => {
    const env = { DATABASE_URL: "postgres://me:secret@127.0.0.1:1/none" };
    const { code, stdout } = await installation.run(["doctor"], { home, env });
    expect(code).toBe(1);
    expect(stdout).toMatch(/fail {2}Engine .*ENGINE_UNAVAILABLE/);
    expect(stdout).not.toMatch(/secret/);
  });
});
