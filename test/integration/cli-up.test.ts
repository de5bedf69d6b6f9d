import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
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

  it("tells its own metrics and its worker's in one text", async () => {
    const up = installation.start(["up", "--port", "0"], { home });
    await until(() => up.stdout().includes("\n"));
    const text = await (await fetch(`${/http\S+/.exec(up.stdout())?.[0]}/metrics`)).text();
    expect(text).toMatch(/^process_resident_memory_bytes\{process="server"\} \d/m);
    expect(text).toMatch(/^process_resident_memory_bytes\{process="worker"\} \d/m);
    expect(text).toMatch(/^maskloom_queue_workers\{queue="masking",process="server"\} 1$/m);
    up.kill("SIGTERM");
    expect((await up.ended).code).toBe(0);
  });

  it.each(["up", "worker"])("ends, as %s, where the port for metrics is taken", async (command) => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    const env = { MASKLOOM_METRICS_PORT: String(port), MASKLOOM_PORT: "0" };
    const { code, stdout, stderr } = await installation.run([command], { home, env });
    other.close();
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/error CONFLICT: MASKLOOM_METRICS_PORT: .*a port of its own/);
  });

  it("will not listen beyond this machine without a key", async () => {
    const { code, stderr } = await installation.run(["up", "--host", "0.0.0.0", "--port", "0"], { home });
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/maskloom keys create/) });
  });

  it("listens beyond this machine with a key that was made before, until it is revoked", async () => {
    const maskloom = (...args: string[]) => installation.run(args, { home });
    const created = await maskloom("keys", "create", "--owner", "studio", "--requests-per-minute", "600");
    expect(created).toMatchObject({ code: 0, stderr: expect.stringMatching(/operator of studio/) });
    const key = created.stdout.trim();
    expect(created.stdout).toMatch(/^mlk_[0-9a-f]{12}_[\w-]{32}\n$/);
    const id = key.slice(0, 16);

    const up = installation.start(["up", "--host", "0.0.0.0", "--port", "0"], { home });
    await until(() => up.stdout().includes("\n"));
    const url = /http\S+/.exec(up.stdout())?.[0] ?? "";
    const ask = async (headers: Record<string, string>) =>
      (await fetch(`${url}/api/runs`, { headers })).status;
    const authorization = `Bearer ${key}`;
    expect([await ask({ authorization }), await ask({})]).toEqual([200, 401]);

    const listed = await maskloom("keys", "list", "--json");
    expect(JSON.parse(listed.stdout)).toMatchObject({
      keys: [
        { id, owner: "studio", role: "operator", requestsPerMinute: 600, lastUsedAt: expect.any(String) },
      ],
    });
    expect(listed.stdout).not.toContain(key);
    const misspelt = await maskloom("keys", "revoke", id, "mlk_000000000000");
    expect(misspelt).toMatchObject({ code: 1, stderr: expect.stringMatching(/NOT_FOUND.*mlk_000000000000/) });
    expect(await ask({ authorization })).toBe(200);
    const revoked = await maskloom("keys", "revoke", key);
    expect(revoked).toMatchObject({ code: 0, stdout: `${id}: revoked\n` });
    expect(revoked.stderr).toMatch(/no key is left in use/);
    expect(await ask({ authorization })).toBe(401);
    expect((await maskloom("keys", "revoke", id)).stdout).toBe(`${id}: was revoked before\n`);
    expect((await maskloom("keys", "list")).stderr).toMatch(/no key in use/);
    expect((await maskloom("keys", "list", "--all")).stdout).toMatch(
      new RegExp(`${id}  studio .*revoked 20`),
    );

    up.kill("SIGTERM");
    expect((await up.ended).code).toBe(0);
    expect(up.stdout() + up.stderr()).not.toContain(key.slice(17));
  });

  it("takes no key's name that is none, and repeats no slip of a whole one", async () => {
    const slip = "mlk_0123456789ab_secret-with-a-slip";
    const wrong: [string[], RegExp][] = [
      [["keys", "revoke", slip], /INPUT_INVALID: key: expected an id such as mlk_0123456789ab/],
      [["keys", "create", "--owner", "two words"], /INPUT_INVALID: --owner: expected 1 to 64 letters/],
      [
        ["keys", "create", "--role", "operater"],
        /Expected one of viewer, operator, admin.*Did you mean operator/,
      ],
      [["keys", "create", "--concurrency", "0"], /Expected a whole number from 1/],
    ];
    for (const [args, expected] of wrong) {
      const { code, stdout, stderr } = await installation.run(args, { home });
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      expect(stderr).toMatch(expected);
      expect(stderr).not.toContain(slip);
    }
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
