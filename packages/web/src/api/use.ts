// React's view of the API: read one, read pages, act. Keys are the endpoint's name and its input.
import type { EndpointName } from "@stead/protocol";
import {
  keepPreviousData,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import type { UseMutationResult, UseQueryResult } from "@tanstack/react-query";
import { call } from "./client.ts";
import type { ApiError, CallInput, Reply } from "./client.ts";

export interface ReadOptions<T = unknown> {
  enabled?: boolean;
  /** Ask again this often while the page is shown; false: not again. */
  everyMs?: number | ((data: T | undefined) => number | false);
  /** Keep showing the last answer while a new one is on its way. */
  keep?: boolean;
}

export function useRead<N extends EndpointName>(
  name: N,
  input: CallInput<N>,
  options: ReadOptions<Reply<N>> = {},
): UseQueryResult<Reply<N>, ApiError> {
  const { everyMs } = options;
  return useQuery<Reply<N>, ApiError>({
    queryKey: [name, input],
    queryFn: ({ signal }) => call(name, input, signal),
    enabled: options.enabled ?? true,
    ...(everyMs === undefined
      ? {}
      : {
          refetchInterval: (query) =>
            typeof everyMs === "function" ? everyMs(query.state.data) : everyMs,
        }),
    ...(options.keep === true ? { placeholderData: keepPreviousData } : {}),
  });
}

type ListName = {
  [N in EndpointName]: Reply<N> extends { items: unknown[]; next: string | null } ? N : never;
}[EndpointName];
type Item<N extends ListName> = Reply<N>["items"][number];
type QueryOf<N extends EndpointName> =
  CallInput<N> extends { query?: infer Q } ? NonNullable<Q> : never;
type PagedName = {
  [N in ListName]: "cursor" extends keyof QueryOf<N> ? N : never;
}[ListName];

export interface Pages<T> {
  items: T[];
  error: ApiError | null;
  isPending: boolean;
  isFetching: boolean;
  hasMore: boolean;
  more: () => void;
  again: () => void;
}

export interface PageOptions {
  enabled?: boolean;
  everyMs?: number;
  keep?: boolean;
}

/** All pages read so far of a list that is paged by cursor. */
export function usePages<N extends PagedName>(
  name: N,
  input: CallInput<N>,
  options: PageOptions = {},
): Pages<Item<N>> {
  const query = useInfiniteQuery<Reply<N>, ApiError, Item<N>[], unknown[], string | undefined>({
    queryKey: [name, "pages", input],
    queryFn: ({ pageParam, signal }) =>
      call(name, { ...input, query: { ...queryOf(input), cursor: pageParam } }, signal),
    initialPageParam: undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    select: (data) => data.pages.flatMap((page): Item<N>[] => page.items),
    enabled: options.enabled ?? true,
    ...(options.everyMs === undefined ? {} : { refetchInterval: options.everyMs }),
    ...(options.keep === true ? { placeholderData: keepPreviousData } : {}),
  });
  return {
    items: query.data ?? [],
    error: query.error,
    isPending: query.isPending,
    isFetching: query.isFetching,
    hasMore: query.hasNextPage,
    more: () => void query.fetchNextPage(),
    again: () => void query.refetch(),
  };
}

function queryOf(input: object): object {
  return "query" in input && typeof input.query === "object" && input.query !== null
    ? input.query
    : {};
}

/** An act; afterwards the named reads are fresh again. */
export function useAct<N extends EndpointName>(
  name: N,
  touches: EndpointName[] = [],
): UseMutationResult<Reply<N>, ApiError, CallInput<N>> {
  const client = useQueryClient();
  return useMutation<Reply<N>, ApiError, CallInput<N>>({
    mutationFn: (input) => call(name, input),
    onSuccess: async () => {
      await Promise.all(touches.map((key) => client.invalidateQueries({ queryKey: [key] })));
    },
  });
}
