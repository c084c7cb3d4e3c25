// For tests: a key service that keeps to the published contract of the Transit engine (encrypt, decrypt, key
// versions, associated data, tokens and their policies, sealing) and to its words for what it refuses.
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { z } from "zod";

interface TransitKey {
  readonly versions: Buffer[];
  minDecryption: number;
}

const bodySchema = z.object({
  plaintext: z.base64().optional(),
  ciphertext: z.string().optional(),
  associated_data: z.base64().optional(),
});
type Body = z.infer<typeof bodySchema>;

export class FakeTransit {
  readonly keys = new Map<string, TransitKey>();
  /** What a token may update, by path; a token that is not there is over. */
  readonly tokens = new Map<string, Set<string>>();
  readonly asked: string[] = [];
  sealed = false;
  /** Says everything that it was given, as careless services do. */
  echoes = false;
  #server: Server | undefined;
  port = 0;

  async listen(port = 0): Promise<void> {
    const server = createServer((request, response) => void this.#answer(request, response));
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
    const address = server.address();
    this.port = typeof address === "object" && address ? address.port : 0;
  }

  async close(): Promise<void> {
    this.#server?.closeAllConnections();
    await new Promise((resolve) => this.#server?.close(resolve) ?? resolve(undefined));
    this.#server = undefined;
  }

  addKey(name: string): void {
    this.keys.set(name, { versions: [randomBytes(32)], minDecryption: 1 });
  }

  /** A new version of a key; what older ones made still opens. */
  rotate(name: string): void {
    this.keys.get(name)?.versions.push(randomBytes(32));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const text = Buffer.concat(chunks).toString("utf8");
    const token = String(request.headers["x-vault-token"] ?? "");
    const path = (request.url ?? "").replace("/v1/", "");
    this.asked.push(path);
    const [status, answer] = this.#decided(path, token, text);
    const told = this.echoes && status >= 400 ? { ...answer, given: `${token} ${text}` } : answer;
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(told));
  }

  #decided(path: string, token: string, text: string): [number, object] {
    if (this.sealed) return refuse(503, "Vault is sealed");
    const may = this.tokens.get(token);
    if (!may) return refuse(403, "permission denied");
    if (path === "auth/token/renew-self") return [200, { auth: { renewable: true } }];
    const [mount = "", verb = "", name = ""] = path.split("/");
    if (mount !== "transit") return refuse(404, `no handler for route "${path}"`);
    if (!may.has(path)) return refuse(403, "1 error occurred:\n\t* permission denied\n\n");
    const key = this.keys.get(name);
    if (!key) return refuse(400, "encryption key not found");
    const body = bodySchema.parse(JSON.parse(text));
    return verb === "encrypt" ? encrypt(key, body) : decrypt(key, body);
  }
}

function refuse(status: number, error: string): [number, object] {
  return [status, { errors: [error] }];
}

function encrypt(key: TransitKey, { plaintext = "", associated_data }: Body): [number, object] {
  const version = key.versions.length;
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", key.versions[version - 1] ?? "", nonce);
  cipher.setAAD(Buffer.from(associated_data ?? "", "base64"));
  const sealed = [nonce, cipher.update(plaintext, "base64"), cipher.final(), cipher.getAuthTag()];
  const ciphertext = `vault:v${version}:${Buffer.concat(sealed).toString("base64")}`;
  return [200, { data: { ciphertext, key_version: version } }];
}

function decrypt(key: TransitKey, { ciphertext = "", associated_data }: Body): [number, object] {
  const found = /^vault:v(\d+):(.+)$/.exec(ciphertext);
  if (!found) return refuse(400, "invalid ciphertext: no prefix");
  const version = Number(found[1]);
  if (version < key.minDecryption)
    return refuse(400, "ciphertext or signature version is disallowed by policy (too old)");
  const sealed = Buffer.from(found[2] ?? "", "base64");
  try {
    const secret = key.versions[version - 1] ?? "";
    const decipher = createDecipheriv("aes-256-gcm", secret, sealed.subarray(0, 12));
    decipher.setAAD(Buffer.from(associated_data ?? "", "base64"));
    decipher.setAuthTag(sealed.subarray(-16));
    const plain = Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()]);
    return [200, { data: { plaintext: plain.toString("base64") } }];
  } catch {
    return refuse(400, "cipher: message authentication failed");
  }
}
