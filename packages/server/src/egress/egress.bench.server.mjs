// The bench's peer: streams forty small pieces, as a model does, and then ends.
import { createServer } from "node:http";

const PIECES = 40;

const server = createServer((incoming, outgoing) => {
  incoming.resume();
  incoming.on("end", () => {
    outgoing.writeHead(200, { "content-type": "text/event-stream" });
    let sent = 0;
    const next = () => {
      if (sent++ >= PIECES) return outgoing.end("data: [DONE]\n\n");
      outgoing.write(`data: {"choices":[{"delta":{"content":"piece ${sent} "}}]}\n\n`);
      return setImmediate(next);
    };
    next();
  });
});
server.listen(0, "127.0.0.1", () => process.send?.(server.address().port));
