import { describe, expect, it } from "vitest";
import { atRest, LOST } from "./at-rest";
import { withSecrets } from "./secrets";

/** A reference to what the host fills in. */
const FROM_HOST = "$".concat("{env:A}");
const rests = (text: string) => expect(atRest(text)).toBe(text);

describe("a draft at rest", () => {
  it("holds no credential, however it is written", () => {
    for (const text of [
      "type: loki\ncredentials:\n  username: shop\n  password: hunter2\nendpoint: x\n",
      'credentials:\n  password: "hunter2" # mine\n',
      "credentials: {username: shop, password: hunter2}\n",
      'credentials: {password: \'hunter2\', other: "hun\\"ter2 hunter2"} # here\n',
      "credentials: {\n  password: hunter2\n}\ntype: loki\n",
      "credentials:\n  token: |\n    hunter2\n    hunter2\nname: x\n",
      "credentials:\n  token:\n    hunter2\nname: x\n",
      `credentials:\n  password: ${FROM_HOST}hunter2\n`,
      '"credentials":\n  "password": hunter2\n',
      "auth:\n  token: hunter2\n",
      "steps:\n  - id: a\n    credentials:\n      key: hunter2\n    type: mask\n",
      "steps:\n- credentials:\n    key: hunter2\n  id: a\n",
      "credentials:\r\n  password: hunter2\r\ntype: loki\r\n",
    ]) {
      const kept = atRest(text);
      expect(kept, text).not.toContain("hunter2");
      expect(withSecrets(kept).lost, text).toBeGreaterThan(0);
    }
    expect(atRest("a: 1\ncredentials:\n  username: u\n  password: p\nb: 2\n")).toBe(
      `a: 1\ncredentials:\n  username: u\n  password: ${LOST}\nb: 2\n`,
    );
  });

  it("keeps everything else byte by byte", () => {
    rests("");
    rests(
      `type: loki # a comment\ncredentials:\n  username: shop\n\n  # who\n  password: ${FROM_HOST}\nname: x\n`,
    );
    rests(`credentials: {username: shop, password: {$sealed: true}, a: "${FROM_HOST}"}\n`);
    rests("credentials:\n  password:\n    $sealed: true # mine\n\n# after\nsettings: {auth: {token: x}}\n");
    rests("settings:\n  auth:\n    authenticator: basic\n");
    rests('credentials:\n  password: {"$sealed": true}\ncredentials_note: x\n');
    rests("credentials:\n");
  });
});
