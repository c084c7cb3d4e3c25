// Asks the proxy as many times as it is told to, over kept connections, no two questions alike. A process of
// its own, so that its work is not the proxy's.
import { connect } from "node:net";
import { person, picker } from "../../../packages/server/src/egress/known/prompts.fixture.ts";

const CONNECTIONS = 32;
const FILL = "The ward was full again, wrote the clerk, and nobody minded. ";
const LENGTH = /\r\ncontent-length: (\d+)/i;

function question(values, turn) {
  const about = [0, 1, 2].map((i) => values[(turn * 7 + i) % values.length]).join(", ");
  const content = `Turn ${turn}. Write to ${about}. ${FILL.repeat(14)}`;
  const body = JSON.stringify({ model: "m", messages: [{ role: "user", content }] });
  return `POST /v1/chat/completions HTTP/1.1\r\nhost: proxy\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

/** Resolves once `times` questions are answered with 200. */
function ask(port, { values, from, times }) {
  let next = from;
  const until = from + times;
  const lane = () =>
    new Promise((resolve, reject) => {
      const socket = connect(port, "127.0.0.1");
      let got = "";
      const send = () => {
        if (next >= until) {
          socket.end();
          resolve();
        } else socket.write(question(values, next++));
      };
      socket.setEncoding("latin1");
      socket.on("connect", send);
      socket.on("error", reject);
      socket.on("data", (chunk) => {
        got += chunk;
        const end = got.indexOf("\r\n\r\n");
        const length = end < 0 ? null : LENGTH.exec(got.slice(0, end));
        if (!length || got.length < end + 4 + Number(length[1])) return;
        if (!got.startsWith("HTTP/1.1 200")) reject(new Error(got.slice(0, 400)));
        got = "";
        send();
      });
    });
  return Promise.all(Array.from({ length: CONNECTIONS }, lane));
}

const pick = picker(1);
const values = Array.from({ length: 2_000 }, () => person(pick)).flat();
process.on("message", ({ port, from, times }) => {
  ask(port, { values, from, times }).then(
    () => process.send({ done: true }),
    (error) => process.send({ done: false, why: String(error) }),
  );
});
process.send({ ready: true });
