import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ParkedList } from "../../../../../src/contracts/parked.ts";
import { decideMany, type ParkedWish } from "../../../api/parked.ts";
import { queryKeys } from "../../../api/query-keys.ts";
import { showToast } from "../../../components/toast-store.ts";
import { DECISIONS } from "./decisions.ts";

/** A decision about tasks that wait: they leave the list at once, and come back where it was refused. */
export function useDecide() {
  const client = useQueryClient();
  return useMutation({
    mutationKey: queryKeys.parkedLists,
    mutationFn: decideMany,
    onMutate: async ({ tasks }: ParkedWish) => {
      await client.cancelQueries({ queryKey: queryKeys.parkedLists });
      const before = client.getQueriesData<ParkedList>({ queryKey: queryKeys.parkedLists });
      if (tasks !== undefined) {
        const leave = new Set<string>(tasks);
        client.setQueriesData<ParkedList>(
          { queryKey: queryKeys.parkedLists },
          (list) => list && without(list, leave),
        );
      }
      return { before };
    },
    onSuccess: ({ decided, left }, { decision }) => {
      const gone = left === 0 ? "" : ` ${tasksWord(left)} had gone on meanwhile.`;
      const { done } = DECISIONS[decision];
      showToast({
        tone: left > 0 ? "warn" : "good",
        text: `${tasksWord(decided)} ${decided === 1 ? done.one : done.many}.${gone}`,
      });
    },
    onError: (error, _wish, context) => {
      for (const [key, list] of context?.before ?? []) client.setQueryData(key, list);
      showToast({ tone: "bad", text: `Nothing was decided about these tasks: ${error.message}` });
    },
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: queryKeys.parkedLists }),
        client.invalidateQueries({ queryKey: queryKeys.providers }),
      ]),
  });
}

export const tasksWord = (count: number) => (count === 1 ? "1 task" : `${count.toLocaleString("en")} tasks`);

function without(list: ParkedList, leave: ReadonlySet<string>): ParkedList {
  const tasks = list.tasks.filter(({ taskUUID }) => !leave.has(taskUUID));
  return { tasks, total: list.total - (list.tasks.length - tasks.length) };
}
