import { MutationObserver } from "@tanstack/react-query";
import { expect, it } from "vitest";
import { ApiError } from "../../dashboard/src/api/api-error.ts";
import { createQueryClient } from "../../dashboard/src/query-client.ts";

it("whoever is no longer signed in is told so by what he asks and by what he does", async () => {
  let told = 0;
  const client = createQueryClient({
    onUnauthorized: () => {
      told += 1;
    },
  });
  const refuse = (status: number) => () =>
    Promise.reject(new ApiError({ status, code: "UNAUTHORIZED", message: "expected a key" }));
  await expect(client.fetchQuery({ queryKey: ["a"], queryFn: refuse(401) })).rejects.toThrow();
  expect(told).toBe(1);
  await expect(new MutationObserver(client, { mutationFn: refuse(401) }).mutate()).rejects.toThrow();
  expect(told).toBe(2);
  await expect(new MutationObserver(client, { mutationFn: refuse(403) }).mutate()).rejects.toThrow();
  expect(told).toBe(2);
  client.clear();
});
