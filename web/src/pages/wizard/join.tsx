// The token with what to run on the host, and beside it the panel that turns green.
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { Joining } from "../../api/collectors";
import { tokenQuery } from "../../api/joining";
import { Empty, Section } from "../../ui/page";
import { Ago } from "../../ui/values";
import { oneLine, PROGRAMS, RESTART_ALLOY, UNIT } from "./commands";
import { secretOf } from "./secret";
import { Snippet } from "./snippet";
import type { Target } from "./targets";
import { Waiting } from "./waiting";
import classes from "./wizard.module.css";

export function Join({
  target,
  tokenId,
  collectorId,
  onAnother,
}: {
  target: Target;
  tokenId: string | null;
  collectorId: string | null;
  onAnother: () => void;
}) {
  const token = useQuery({ ...tokenQuery(tokenId ?? ""), enabled: tokenId !== null });
  const used = (token.data?.uses ?? 0) > 0;
  const secret = secretOf(collectorId ? `collector:${collectorId}` : `token:${tokenId ?? ""}`);
  return (
    <div className={classes.join}>
      <div className={classes.stack}>
        {secret ? (
          <Steps target={target} secret={secret} used={used} />
        ) : (
          <Gone target={target} onAnother={onAnother} />
        )}
        <div className={classes.buttons}>
          <Button variant="default" onClick={onAnother}>
            Add another collector
          </Button>
          <Link to="/collectors">All collectors</Link>
        </div>
      </div>
      <Waiting target={target} tokenId={tokenId} collectorId={collectorId} />
    </div>
  );
}

/** The page was loaded anew: the secret is nowhere any more. */
function Gone({ target, onAnother }: { target: Target; onAnother: () => void }) {
  return (
    <Empty title="The token was shown once">
      <p>
        This page no longer has it. If it was copied, go on: the panel tells when the host arrives.{" "}
        {target === "alloy"
          ? "A new token can be minted on the collector's page."
          : "If not, make another one."}
      </p>
      <Button size="sm" mt="xs" variant="default" onClick={onAnother}>
        Make another one
      </Button>
    </Empty>
  );
}

function Steps({ target, secret, used }: { target: Target; secret: Joining; used: boolean }) {
  if (target === "alloy") return <AlloySteps secret={secret} />;
  const file = secret.files?.["supervisor.yaml"] ?? Object.values(secret.files ?? {})[0];
  const script = secret.install?.script ?? oneLine(location.origin, secret.token);
  const expires = secret.expires_at ? (
    <p className="quiet">
      The token is shown once.{" "}
      {used ? (
        "A host has used it: it stays that host's credential."
      ) : (
        <>
          Unused, it expires <Ago at={secret.expires_at} />; once a host has used it, it stays that
          host&apos;s credential.
        </>
      )}
    </p>
  ) : null;
  if (target === "opamp")
    return (
      <>
        <Section title="Run this on the host">
          {expires}
          <Snippet title="As root, or with sudo" text={script} wrap />
          <p className="quiet">
            It checks the host and the token before it touches anything, fetches both programs from upstream
            or from this server's mirror, verifies their checksums, and starts the service opamp-supervisor.
            With <code>--dry-run</code> at the end it only says what it would do.
          </p>
        </Section>
        {file ? (
          <details>
            <summary>The file that it writes</summary>
            <Snippet title="/etc/otelcol-supervisor/supervisor.yaml" text={file} file="supervisor.yaml" />
          </details>
        ) : null}
      </>
    );
  return (
    <>
      <Section title="1. Both programs">
        {expires}
        <Snippet title="Fetch them from upstream" text={PROGRAMS} />
      </Section>
      {file ? (
        <Section title="2. The supervisor's file">
          <Snippet title="/etc/otelcol-supervisor/supervisor.yaml" text={file} file="supervisor.yaml" />
          <p className="quiet">It holds the token: keep it private (chmod 600).</p>
        </Section>
      ) : null}
      <Section title="3. The service">
        <Snippet title="A unit for systemd" text={UNIT} />
      </Section>
    </>
  );
}

function AlloySteps({ secret }: { secret: Joining }) {
  const { apt, dnf } = secret.install ?? {};
  return (
    <>
      <Section title="1. Alloy, if it is not there yet">
        {apt ? <Snippet title="Debian, Ubuntu (apt)" text={apt} /> : null}
        {dnf ? <Snippet title="Fedora, RHEL and their like (dnf)" text={dnf} /> : null}
        {apt || dnf ? null : (
          <p className="quiet">Install it from Grafana's packages for your distribution.</p>
        )}
      </Section>
      <Section title="2. Its file">
        <p className="quiet">The token in it is shown once. Keep the file private.</p>
        <Snippet
          title="/etc/alloy/config.alloy"
          text={secret.files?.["config.alloy"] ?? ""}
          file="config.alloy"
        />
      </Section>
      <Section title="3. Start it">
        <Snippet title="Alloy reads the file when it starts" text={RESTART_ALLOY} />
      </Section>
    </>
  );
}
