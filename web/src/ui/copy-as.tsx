// "Copy as": what a screen shows, as the command line or the API gives it.
import { Button, Menu } from "@mantine/core";
import { Terminal } from "lucide-react";
import "./styles";
import { copy } from "./values";

/** `cli` is a whole command; `path` is below /api/v1, with its query. */
export function CopyAs({ cli, path, size = "sm" }: { cli?: string; path: string; size?: "xs" | "sm" }) {
  const address = `${location.origin}/api/v1/${path}`;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button
          size={size}
          variant="default"
          title="Copy this as a command line or API call"
          leftSection={<Terminal size={14} aria-hidden />}
        >
          Copy as
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {cli ? (
          <Menu.Item onClick={() => void copy(cli)}>
            Command: <code>{cli}</code>
          </Menu.Item>
        ) : null}
        <Menu.Item
          onClick={() =>
            void copy(
              `curl -fsS -H "Authorization: Bearer $LINKMESH_TOKEN" '${address.replaceAll("'", "%27")}'`,
            )
          }
        >
          API call with curl
        </Menu.Item>
        <Menu.Item onClick={() => void copy(location.href)}>Link to this view</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
