// Peers that are slow, silent, too large, broken or gone: each a clear failure, settled.
import { createServer as createTcpServer, type Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, test } from "vitest";
import { closeAll, closers, listen, record, request, sender, settled } from "./egress.fixture.ts";
import { BrokenBody, type OutRequest } from "./request.ts";

afterEach(closeAll);

describe("a bad peer", () => {
  const cases: [
    name: string,
    code: string,
    more: Partial<OutRequest>,
    serve: (s: Socket) => void,
  ][] = [
    ["never answers", "egress.timeout", { timeoutMs: 80 }, () => {}],
    ["is slow to begin", "egress.timeout", { firstByteTimeoutMs: 60 }, () => {}],
    [
      "falls silent",
      "egress.timeout",
      { idleTimeoutMs: 60 },
      (s) => s.write("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nab"),
    ],
    [
      "dies half-way",
      "egress.unreachable",
      {},
      (s) => s.write("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nab", () => s.resetAndDestroy()),
    ],
    ["speaks no HTTP", "egress.unreachable", {}, (s) => s.write("SSH-2.0-hello\r\n")],
    [
      "sends a huge head",
      "egress.too_large",
      {},
      (s) => s.write(`HTTP/1.1 200 OK\r\nx: ${"y".repeat(100_000)}\r\n\r\n`),
    ],
    [
      "sends too much",
      "egress.too_large",
      { bytesMax: 1000 },
      (s) => s.write(`HTTP/1.1 200 OK\r\ncontent-length: 5000\r\n\r\n${"y".repeat(5000)}`),
    ],
    [
      "sends a decompression bomb",
      "egress.too_large",
      { bytesMax: 100_000 },
      (s) => {
        const bomb = gzipSync(Buffer.alloc(20_000_000));
        s.write(
          `HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: ${bomb.length}\r\n\r\n`,
        );
        s.write(bomb);
      },
    ],
    [
      "sends broken compression",
      "egress.unreachable",
      {},
      (s) => s.write("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 3\r\n\r\nabc"),
    ],
  ];
  test.each(cases)("that %s gives %s", async (...peer) => {
    const [, code, more, serve] = peer;
    const sockets = new Set<Socket>();
    const server = createTcpServer((socket) => {
      sockets.add(socket);
      socket.on("error", () => {});
      socket.once("data", () => serve(socket));
    });
    const port = await listen(server);
    closers.unshift(() => sockets.forEach((socket) => socket.destroy()));
    const journal = record();
    const answer = await sender(port).send(request(`http://127.0.0.1:${port}/`, more), journal);
    const text = answer.ok ? await answer.value.text() : answer;
    expect(text).toMatchObject({ ok: false, failure: { code } });
    await settled(journal);
  });

  test("shows itself to a reader of chunks as a broken body", async () => {
    const server = createTcpServer((socket) => {
      socket.on("error", () => {});
      socket.once("data", () =>
        socket.write("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nab", () => {
          setTimeout(() => socket.destroy(), 20);
        }),
      );
    });
    const port = await listen(server);
    const answer = await sender(port).send(request(`http://127.0.0.1:${port}/`), record());
    if (!answer.ok) throw new Error(answer.failure.detail);
    const seen: string[] = [];
    await expect(async () => {
      for await (const chunk of answer.value.body) seen.push(Buffer.from(chunk).toString());
    }).rejects.toBeInstanceOf(BrokenBody);
    expect(seen).toEqual(["ab"]);
  });

  test("that is not there gives egress.unreachable, and a cancel stops the wait", async () => {
    const gone = await listen(createTcpServer());
    await closers.pop()?.();
    const none = await sender(gone).send(request(`http://127.0.0.1:${gone}/`), record());
    expect(none).toMatchObject({ ok: false, failure: { code: "egress.unreachable" } });
    const server = createTcpServer((socket) => closers.unshift(() => void socket.destroy()));
    const port = await listen(server);
    const stop = new AbortController();
    const waiting = sender(port).send(
      request(`http://127.0.0.1:${port}/`, { signal: stop.signal }),
      record(),
    );
    setTimeout(() => stop.abort(), 30);
    expect(await waiting).toMatchObject({ ok: false, failure: { code: "run.cancelled" } });
  });
});
