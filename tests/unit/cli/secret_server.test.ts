// What the server for browsers answers, whoever asks and whatever comes of it.
import { afterEach, expect, it } from "vitest";
import { type Reply, SecretServer } from "../../../src/cli/serving/secret_server.js";

const servers: SecretServer[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function serve(find: (name: string) => Reply | undefined | Promise<Reply | undefined>): Promise<string> {
  const server = new SecretServer({ find, policy: "default-src 'none'" });
  servers.push(server);
  return server.listen();
}

it("goes on where an answer can't be made, or ends in the midst", async () => {
  const address = await serve((name) => {
    if (name === "fails") return Promise.reject(new Error("no"));
    const send: Reply["send"] =
      name === "breaks"
        ? (response) => {
            response.write("half");
            throw new Error("no");
          }
        : (response) => response.end("whole");
    return { type: "text/plain", send };
  });
  expect((await fetch(`${address}fails`)).status).toBe(500);
  await expect(fetch(`${address}breaks`).then((reply) => reply.text())).rejects.toThrow();
  expect(await (await fetch(`${address}works`)).text()).toBe("whole");
});

it("answers nothing to who doesn't know the address", async () => {
  const address = await serve(() => ({ type: "text/plain", send: (response) => response.end("whole") }));
  const { origin } = new URL(address);
  for (const path of ["/", "/x/", `${new URL(address).pathname.slice(0, -2)}/`])
    expect((await fetch(origin + path)).status).toBe(404);
});
