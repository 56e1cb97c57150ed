// What is set here and what is set elsewhere: this browser's colors, service accounts; the rest stands in the server's file.
import { SegmentedControl, useMantineColorScheme } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { healthQuery } from "../../api/server";
import { meQuery } from "../../api/session";
import { beginning, sentence } from "../../lib/text";
import { Page, Section } from "../../ui/page";
import "../../ui/styles";
import { Table } from "../../ui/table";
import { Ago } from "../../ui/values";
import { Accounts } from "./accounts";
import classes from "./settings.module.css";

export default function Screen() {
  const me = useQuery(meQuery);
  return (
    <Page title="Settings">
      <Section title="You">
        <dl className={classes.facts}>
          <dt>Signed in as</dt>
          <dd>
            <bdi>{beginning(me.data?.name)}</bdi>
          </dd>
          <dt>Role</dt>
          <dd>{me.data ? sentence(me.data.role) : null}</dd>
          <dt>Session ends</dt>
          <dd>
            <Ago at={me.data?.expires_at} none="not by itself" />
          </dd>
        </dl>
      </Section>
      <Colors />
      <Accounts me={me.data} />
      <ByFile />
      <About />
    </Page>
  );
}

function Colors() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Section title="Colors">
      <SegmentedControl
        className={classes.colors}
        aria-label="Colors"
        value={colorScheme}
        onChange={(value) => setColorScheme(value === "light" || value === "dark" ? value : "auto")}
        data={[
          { value: "auto", label: "As the system" },
          { value: "light", label: "Light" },
          { value: "dark", label: "Dark" },
        ]}
      />
      <p className={`quiet ${classes.text}`}>Kept in this browser.</p>
    </Section>
  );
}

/** Options of the server's file, as its `config print` explains them. */
const OPTIONS: ReadonlyArray<{ key: string; what: string }> = [
  { key: "external_url", what: "The address under which people and hosts reach this server" },
  { key: "listen", what: "Address and port that it listens on" },
  { key: "tls.cert_file, tls.key_file", what: "Its certificate, where it encrypts connections itself" },
  { key: "trusted_proxies", what: "Proxies whose word on the caller's address is believed" },
  { key: "mirror_public", what: "Whether hosts may fetch files of the mirror without a token" },
  { key: "data_dir", what: "Where the repository, the record and the keys are" },
  { key: "log, log_format", what: "What it logs, and how" },
];

function ByFile() {
  return (
    <Section title="Set in the server's file">
      <p className={classes.text}>
        These cannot be changed on this page: they are read from <code>/etc/linkmesh/config.yaml</code> (or
        the environment) when the server starts. <code>linkmesh-server config print</code> shows each with its
        value, its default and what it does.
      </p>
      <Table
        label="Options of the server's file"
        rows={OPTIONS}
        rowKey={({ key }) => key}
        columns={[
          { id: "key", head: "Option", cell: ({ key }) => <span className="mono">{key}</span> },
          { id: "what", head: "What it is", cell: ({ what }) => what },
        ]}
      />
      <p className={classes.text}>
        Administrators are made and their passwords reset on the server&apos;s machine, with{" "}
        <code>linkmesh-server admin</code>. Files for hosts without internet are under{" "}
        <Link to="/health">Health, Mirror</Link>.
      </p>
    </Section>
  );
}

function About() {
  const health = useQuery(healthQuery);
  return (
    <Section title="About">
      <dl className={classes.facts}>
        <dt>LinkMesh</dt>
        <dd>{health.data ? `version ${health.data.version}` : "–"}</dd>
        <dt>Licence</dt>
        <dd>Apache-2.0</dd>
        <dt>API</dt>
        <dd>
          <a href="/api/docs">Documentation</a>, <a href="/api/v1/openapi.json">OpenAPI document</a>
        </dd>
      </dl>
    </Section>
  );
}
