import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, renderHook, waitFor } from "@testing-library/react";
import type { ReactNode } from "react";
import { describe, expect, it } from "vitest";
import { useKeysetRows } from "./keyset-rows";

/** A list on a server: rows by number, cursors that say where to go on. */
function served(length: number) {
  const calls: Array<{ cursor: string | null; limit: number }> = [];
  const list = { length };
  const read = async (cursor: string | null, limit: number) => {
    calls.push({ cursor, limit });
    const from = cursor === null ? 0 : Number(cursor);
    const to = Math.min(from + limit, list.length);
    const items = Array.from({ length: Math.max(0, to - from) }, (_, at) => ({ n: from + at }));
    return { items, next_cursor: to < list.length ? String(to) : null, total: list.length };
  };
  return { calls, list, read };
}

function mounted(server: ReturnType<typeof served>, name = "all") {
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const wrapper = ({ children }: { children: ReactNode }) => (
    <QueryClientProvider client={queries}>{children}</QueryClientProvider>
  );
  const hook = renderHook(({ name }) => useKeysetRows({ key: ["rows", name], read: server.read }), {
    wrapper,
    initialProps: { name },
  });
  return { ...hook, queries };
}

describe("rows by cursors", () => {
  it("have their whole height after the first page and come as they are looked at", async () => {
    const server = served(1_000);
    const { result } = mounted(server);
    await waitFor(() => expect(result.current.count).toBe(1_000));
    expect(result.current.row(10)).toEqual({ n: 10 });
    expect(result.current.row(500)).toBeUndefined();
    act(() => result.current.show(190, 230));
    await waitFor(() => expect(result.current.row(229)).toEqual({ n: 229 }));
    expect(server.calls).toHaveLength(2);
  });

  it("are read through to a far place in few calls, and only what is seen is kept", async () => {
    const server = served(20_000);
    const { result } = mounted(server);
    await waitFor(() => expect(result.current.count).toBe(20_000));
    act(() => result.current.show(19_970, 20_000));
    await waitFor(() => expect(result.current.row(19_999)).toEqual({ n: 19_999 }), { timeout: 5_000 });
    expect(server.calls.length).toBeLessThan(30);
    expect(result.current.here().length).toBeLessThanOrEqual(1_000);
  });

  it("are read again only where somebody looks", async () => {
    const server = served(5_000);
    const { result, queries } = mounted(server);
    await waitFor(() => expect(result.current.count).toBe(5_000));
    act(() => result.current.show(4_000, 4_030));
    await waitFor(() => expect(result.current.row(4_010)).toEqual({ n: 4_010 }), { timeout: 5_000 });
    const before = server.calls.length;
    await act(() => queries.invalidateQueries({ queryKey: ["rows"] }));
    expect(server.calls.length - before).toBeLessThanOrEqual(2);
  });

  it("of the list before stay until the new one has come, and are told apart", async () => {
    const server = served(300);
    const { result, rerender } = mounted(server);
    await waitFor(() => expect(result.current.count).toBe(300));
    server.list.length = 3;
    rerender({ name: "few" });
    expect(result.current.count).toBe(300);
    expect(result.current.stale).toBe(true);
    expect(result.current.row(5)).toEqual({ n: 5 });
    await waitFor(() => expect(result.current.count).toBe(3));
    expect(result.current.stale).toBe(false);
    expect(result.current.row(5)).toBeUndefined();
  });

  it("say why they could not be read", async () => {
    const server = served(10);
    const broken = { ...server, read: () => Promise.reject(new Error("no")) };
    const { result } = mounted(broken);
    await waitFor(() => expect(result.current.error).toBeInstanceOf(Error));
    expect(result.current.count).toBeNull();
  });
});
