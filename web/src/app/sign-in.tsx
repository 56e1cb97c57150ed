// Signing in, at whatever address somebody came to: afterwards they are where they wanted to be.
import { Button, PasswordInput, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useEffect, useState } from "react";
import { signIn } from "../api/session";
import { Card, formClass } from "../ui/card";
import { ErrorPanel } from "../ui/page";

export function SignIn() {
  useEffect(() => {
    document.title = "Sign in · LinkMesh";
  }, []);
  return (
    <Card title="Sign in">
      <SignInForm />
    </Card>
  );
}

/** The form alone; `name` is filled in where it is known. */
export function SignInForm({ name = "", done }: { name?: string; done?: () => void }) {
  const queries = useQueryClient();
  const [username, setUsername] = useState(name);
  const [password, setPassword] = useState("");
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);

  async function submit(event: FormEvent) {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      await signIn(queries, username, password);
      done?.();
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  }

  return (
    <form className={formClass} onSubmit={(event) => void submit(event)}>
      <TextInput
        label="User name"
        name="username"
        autoComplete="username"
        required
        value={username}
        onChange={(event) => setUsername(event.currentTarget.value)}
      />
      <PasswordInput
        label="Password"
        name="password"
        autoComplete="current-password"
        required
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
      {error ? <ErrorPanel error={error} /> : null}
      <Button type="submit" loading={busy}>
        Sign in
      </Button>
    </form>
  );
}
