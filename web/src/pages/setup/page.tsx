// The first administrator, made once with the link that the server printed at its first start.
import { Button, PasswordInput, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { Check, Circle } from "lucide-react";
import { type FormEvent, useEffect, useState } from "react";
import { Problem } from "../../api/client";
import { setUp } from "../../api/session";
import { Card, formClass } from "../../ui/card";
import { ErrorPanel } from "../../ui/page";
import classes from "./setup.module.css";

/** The server's own bounds. */
const PASSWORD_CHARACTERS_MIN = 10;
const PASSWORD_BYTES_MAX = 1024;

export default function Screen() {
  useEffect(() => {
    document.title = "Set up · LinkMesh";
  }, []);
  return (
    <Card title="Set up this server">
      <SetUp />
    </Card>
  );
}

function SetUp() {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { token: linked = "" } = useSearch({ from: "/setup" });
  const [token, setToken] = useState(linked);
  const [username, setUsername] = useState("admin");
  const [password, setPassword] = useState("");
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const rules = rulesOf(password);

  async function submit(event: FormEvent) {
    event.preventDefault();
    if (rules.some(({ held }) => !held)) return;
    setBusy(true);
    setError(null);
    try {
      await setUp(queries, { setup_token: token.trim(), username: username.trim(), password });
      await navigate({ to: "/", replace: true });
    } catch (problem) {
      setError(problem);
      setBusy(false);
    }
  }

  if (error instanceof Problem && error.status === 410)
    return (
      <>
        <p className={classes.text}>
          This server is set up already: there is an administrator, and the link works only once. If that was
          not you, or the password is lost, reset it on the server&apos;s machine with{" "}
          <code>linkmesh-server admin reset-password</code>.
        </p>
        <Button component={Link} to="/">
          Sign in
        </Button>
      </>
    );
  return (
    <form className={formClass} onSubmit={(event) => void submit(event)}>
      <p className={classes.text}>Make the first administrator; you are signed in as them at once.</p>
      {linked === "" ? (
        <TextInput
          label="Set-up token"
          description="It stands in the link that the server printed when it started for the first time."
          required
          autoComplete="off"
          value={token}
          onChange={(event) => setToken(event.currentTarget.value)}
        />
      ) : null}
      <TextInput
        label="User name"
        name="username"
        autoComplete="username"
        required
        maxLength={64}
        value={username}
        error={errorAt(error, "username")}
        onChange={(event) => setUsername(event.currentTarget.value)}
      />
      <PasswordInput
        label="Password"
        name="password"
        autoComplete="new-password"
        required
        aria-describedby="password-rules"
        value={password}
        error={errorAt(error, "password")}
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
      <ul id="password-rules" className={classes.rules}>
        {rules.map(({ rule, held }) => (
          <li key={rule} data-held={held || undefined}>
            {held ? <Check size={13} aria-hidden /> : <Circle size={13} aria-hidden />} {rule}
            <span className="only-read">{held ? ": met" : ": not met yet"}</span>
          </li>
        ))}
        <li>Nothing else is asked for: a sentence of some words is better than a short riddle.</li>
      </ul>
      {error ? (
        <ErrorPanel error={error}>
          {error instanceof Problem && error.status === 401
            ? "The token changes each time the server starts before it is set up: use the newest link of its log."
            : null}
        </ErrorPanel>
      ) : null}
      <Button type="submit" loading={busy}>
        Create administrator
      </Button>
    </form>
  );
}

function rulesOf(password: string): Array<{ rule: string; held: boolean }> {
  const long = new TextEncoder().encode(password).length > PASSWORD_BYTES_MAX;
  return [
    {
      rule: `At least ${PASSWORD_CHARACTERS_MIN} characters`,
      held: [...password].length >= PASSWORD_CHARACTERS_MIN,
    },
    ...(long ? [{ rule: `At most ${PASSWORD_BYTES_MAX} bytes`, held: false }] : []),
  ];
}

function errorAt(error: unknown, path: string): string | null {
  return error instanceof Problem
    ? (error.errors.find((field) => field.path === path)?.message ?? null)
    : null;
}
