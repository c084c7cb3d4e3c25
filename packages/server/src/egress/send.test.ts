// Sends to real HTTP servers: the record, the connections, and what may not leave.
import { createServer } from "node:http";
import { createServer as createTcpServer, type Socket } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { ok } from "../lib/result.ts";
import {
  closeAll,
  closers,
  listen,
  record,
  request,
  resolvingTo,
  sender,
  settled,
} from "./egress.fixture.ts";
import type { Journal } from "./request.ts";
import type { SenderOptions } from "./send.ts";

afterEach(closeAll);

describe("a send", () => {
  test("is recorded before the bytes go, and settled after", async () => {
    const journal = record();
    let atArrival: string[] = [];
    const server = createServer((incoming, outgoing) => {
      atArrival = journal.events.map(({ type }) => type);
      incoming.pipe(outgoing);
    });
    const port = await listen(server);
    const answer = await sender(port).send(
      request(`http://127.0.0.1:${port}/echo?token=q`, {
        secretHeaders: { authorization: "s3cr3t" },
      }),
      journal,
    );
    expect(answer.ok && (await answer.value.text())).toEqual(ok("hello"));
    expect(atArrival).toEqual(["egress.sent"]);
    const end = await settled(journal);
    expect(end.data).toMatchObject({ status: 200, code: null, bytes: 5 });
    const [sent] = journal.events;
    expect(sent?.data).toMatchObject({
      destination: `127.0.0.1:${port}`,
      kind: "web",
      url: `http://127.0.0.1:${port}/echo`,
      method: "POST",
      bytes: 5,
      classes: ["pii"],
    });
    expect(sent?.bodies?.["bytes"]).toMatchObject({
      text: "hello",
      secretHeaders: ["authorization"],
    });
    expect(JSON.stringify(journal.events)).not.toContain("s3cr3t");
  });

  test("does not happen when it can't be recorded", async () => {
    let arrived = false;
    const port = await listen(
      createServer((_incoming, outgoing) => ((arrived = true), outgoing.end())),
    );
    const refusing: Journal = {
      now: async () => ({ ok: false, failure: { code: "run.lease_lost", detail: "gone" } }),
      later: () => {},
    };
    const answer = await sender(port).send(request(`http://127.0.0.1:${port}/`), refusing);
    expect(answer).toMatchObject({ ok: false, failure: { code: "run.lease_lost" } });
    expect(arrived).toBe(false);
  });

  test("reuses a connection, and repeats once when an idle one was reset", async () => {
    let connections = 0;
    let requests = 0;
    // Answers the first request of a connection, and resets it at the first byte of the second.
    const server = createTcpServer((socket: Socket) => {
      const first = ++connections === 1;
      let served = 0;
      socket.on("error", () => {});
      socket.on("data", () => {
        if (first && served >= 1) socket.resetAndDestroy();
        else {
          served++;
          requests++;
          socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
        }
      });
    });
    const port = await listen(server);
    const out = sender(port);
    const journal = record();
    for (let i = 0; i < 2; i++) {
      const answer = await out.send(
        request(`http://127.0.0.1:${port}/`, { idempotent: true }),
        journal,
      );
      expect(answer.ok && (await answer.value.text())).toEqual(ok("ok"));
    }
    expect({ connections, requests }).toEqual({ connections: 2, requests: 2 });
    expect(journal.events.map(({ type }) => type)).toEqual([
      "egress.sent",
      "egress.settled",
      "egress.sent",
      "egress.settled",
    ]);
  });

  test("does not repeat what has an effect, nor what broke off on a fresh connection", async () => {
    let requests = 0;
    const server = createTcpServer((socket: Socket) => {
      let served = 0;
      socket.on("error", () => {});
      socket.on("data", () => {
        requests++;
        if (served++ >= 1) socket.resetAndDestroy();
        else socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
      });
    });
    const port = await listen(server);
    const out = sender(port);
    const first = await out.send(request(`http://127.0.0.1:${port}/`), record());
    expect(first.ok && (await first.value.text())).toEqual(ok("ok"));
    const second = await out.send(request(`http://127.0.0.1:${port}/`), record());
    expect(second).toMatchObject({ ok: false, failure: { code: "egress.unreachable" } });
    expect(requests).toBe(2);
  });

  test("streams, and a reader that has enough leaves the connection in use", async () => {
    const sockets = new Set<unknown>();
    const server = createServer((incoming, outgoing) => {
      sockets.add(incoming.socket);
      outgoing.write("one\n");
      setTimeout(() => outgoing.end("two\n"), 30);
    });
    const port = await listen(server);
    const out = sender(port);
    const journal = record();
    const answer = await out.send(request(`http://127.0.0.1:${port}/`), journal);
    if (!answer.ok) throw new Error(answer.failure.detail);
    for await (const chunk of answer.value.body) {
      expect(Buffer.from(chunk).toString()).toBe("one\n");
      break;
    }
    expect((await settled(journal)).data).toMatchObject({ code: null, bytes: 8 });
    const next = await out.send(request(`http://127.0.0.1:${port}/`), record());
    expect(next.ok && (await next.value.text())).toEqual(ok("one\ntwo\n"));
    expect(sockets.size).toBe(1);
  });

  test("hands back a redirect and follows none", async () => {
    let seen = 0;
    const server = createServer((_incoming, outgoing) => {
      seen++;
      outgoing.writeHead(302, { location: "http://169.254.169.254/", "set-cookie": "a=b" }).end();
    });
    const port = await listen(server);
    const answer = await sender(port).send(request(`http://127.0.0.1:${port}/`), record());
    expect(answer).toMatchObject({ ok: true, value: { status: 302 } });
    expect(answer.ok && answer.value.headers).not.toHaveProperty("set-cookie");
    expect(seen).toBe(1);
  });
});

describe("what may not leave", () => {
  test("internal addresses, however they are written", async () => {
    const out = sender(1);
    for (const url of [
      "https://127.0.0.1/",
      "https://2130706433/",
      "https://0x7f.1/",
      "https://[::1]/",
      "https://[::ffff:127.0.0.1]/",
      "https://[64:ff9b::a00:1]/",
      "https://169.254.169.254/latest/meta-data",
      "https://168.63.129.16/",
      "https://100.64.1.1/",
      "https://0/",
      "http://example.com/",
      "file:///etc/passwd",
      "https://user:pw@example.com/",
    ]) {
      const journal = record();
      const answer = await out.send(request(url), journal);
      expect(answer, url).toMatchObject({ ok: false, failure: { code: "egress.blocked" } });
      expect(journal.events, url).toEqual([]);
    }
  });

  test("a name that leads to an internal address, also as one of several", async () => {
    for (const addresses of [["10.0.0.7"], ["93.184.216.34", "127.0.0.1"], ["fd00:ec2::254"]]) {
      const resolve = resolvingTo(...addresses);
      const answer = await sender(1, { resolve }).send(request("https://evil.test/"), record());
      expect(answer).toMatchObject({ ok: false, failure: { code: "egress.blocked" } });
    }
  });

  test("an allowed name reaches its local address, yet never the metadata address", async () => {
    const port = await listen(createServer((_incoming, outgoing) => outgoing.end("local")));
    let address = "127.0.0.1";
    const resolve: SenderOptions["resolve"] = (_host, done) => done([{ address, family: 4 }]);
    const out = sender(port, { resolve });
    const good = await out.send(request(`http://local.test:${port}/`), record());
    expect(good.ok && (await good.value.text())).toEqual(ok("local"));
    address = "169.254.169.254";
    const bad = await sender(port, { resolve }).send(
      request(`http://local.test:${port}/`),
      record(),
    );
    expect(bad).toMatchObject({ ok: false, failure: { code: "egress.blocked" } });
  });

  test("headers that frame the message, or break its lines", async () => {
    const bad: Record<string, string>[] = [
      { "transfer-encoding": "chunked" },
      { "Content-Length": "3" },
      { host: "other" },
      { "x y": "a" },
      { x: "a\r\nevil: b" },
    ];
    for (const headers of bad)
      for (const part of [{ headers }, { secretHeaders: headers }]) {
        const answer = await sender(1).send(request("https://example.com/", part), record());
        expect(answer).toMatchObject({ ok: false, failure: { code: "egress.blocked" } });
        expect(JSON.stringify(answer)).not.toContain("evil");
      }
  });

  test("through a proxy that the environment names", async () => {
    process.env["HTTP_PROXY"] = process.env["http_proxy"] = "http://127.0.0.1:9";
    closers.push(() => {
      delete process.env["HTTP_PROXY"];
      delete process.env["http_proxy"];
    });
    const port = await listen(createServer((_incoming, outgoing) => outgoing.end("direct")));
    const answer = await sender(port).send(request(`http://127.0.0.1:${port}/`), record());
    expect(answer.ok && (await answer.value.text())).toEqual(ok("direct"));
  });
});
