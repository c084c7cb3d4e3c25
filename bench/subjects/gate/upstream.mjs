// A provider that answers each chat at once, with what it was asked, and tells how many it was asked.
import { createServer } from "node:http";

const server = createServer((request, response) => {
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    const { messages } = JSON.parse(Buffer.concat(chunks).toString());
    const content = `You said: ${messages[0].content.slice(0, 200)}`;
    const message = { role: "assistant", content };
    const text = JSON.stringify({ id: "c", choices: [{ index: 0, message }] });
    response.writeHead(200, { "content-type": "application/json" });
    response.end(text);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => process.send({ port: server.address().port }));
