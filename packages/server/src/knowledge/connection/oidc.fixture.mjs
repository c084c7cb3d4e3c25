// For tests: a real OpenID provider on loopback that signs in whoever its address names, without a page.
import { createServer } from "node:http";
import { Provider } from "oidc-provider";

export async function startProvider({ redirectUri, secret }) {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  const origin = `http://127.0.0.1:${port}`;
  const client = (client_id, token_endpoint_auth_method) => ({
    client_id,
    client_secret: secret,
    token_endpoint_auth_method,
    redirect_uris: [redirectUri],
    grant_types: ["authorization_code", "refresh_token"],
  });
  const provider = new Provider(origin, {
    clients: [client("basic", "client_secret_basic"), client("post", "client_secret_post")],
    cookies: { keys: ["a key of the test"] },
    features: { devInteractions: { enabled: false }, revocation: { enabled: true } },
    rotateRefreshToken: true,
    pkce: { required: () => true },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  });
  let account = "";
  const callback = provider.callback();
  const signInAtOnce = async (request, answer) => {
    const { params } = await provider.interactionDetails(request, answer);
    const grant = new provider.Grant({ accountId: account, clientId: params.client_id });
    grant.addOIDCScope(params.scope);
    const result = { login: { accountId: account }, consent: { grantId: await grant.save() } };
    return provider.interactionFinished(request, answer, result);
  };
  server.on("request", (request, answer) => {
    const isInteraction = request.url.startsWith("/interaction/");
    void (isInteraction ? signInAtOnce(request, answer) : callback(request, answer));
  });
  return {
    origin,
    host: `127.0.0.1:${port}`,
    /** What a browser would do: follows until it is sent back, and gives what it is sent back with. */
    async signIn(url, as) {
      account = as;
      const cookies = new Map();
      let at = url;
      for (let i = 0; i < 10 && !at.startsWith(redirectUri); i++) {
        const cookie = [...cookies].map((pair) => pair.join("=")).join("; ");
        const reply = await fetch(at, { redirect: "manual", headers: { cookie } });
        for (const line of reply.headers.getSetCookie()) {
          const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
          cookies.set(name, value);
        }
        const location = reply.headers.get("location");
        if (!location) throw new Error(`${reply.status} ${await reply.text()}`);
        at = new URL(location, at).href;
      }
      return new URL(at).searchParams;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
