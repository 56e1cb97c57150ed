// Who is signed in: light or dark, and the way out.

import { ActionIcon, useMantineColorScheme } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { LogOut, Moon, Sun, SunMoon } from "lucide-react";
import { type Me, meQuery, signOut } from "../api/session";
import { beginning } from "../lib/text";
import { Hint } from "../ui/hint";
import classes from "./person.module.css";

const SCHEMES = {
  auto: ["light", SunMoon, "as the system says"],
  light: ["dark", Sun, "light"],
  dark: ["auto", Moon, "dark"],
} as const;

export function PersonMenu({ me, signedOut }: { me: Me; signedOut: () => void }) {
  const queries = useQueryClient();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const [next, Icon, word] = SCHEMES[colorScheme];
  const leave = async () => {
    try {
      await signOut(queries);
      signedOut();
    } catch {
      // Not reached, or signed out elsewhere already: whatever is true now is looked up.
      await queries.invalidateQueries({ queryKey: meQuery.queryKey });
    }
  };
  return (
    <div className={classes.person}>
      <span className={classes.name} title={`${me.name} (${me.role})`}>
        <bdi>{beginning(me.name)}</bdi>
      </span>
      <Hint text={`Colors: ${word}`}>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={`Colors: ${word}. Change.`}
          onClick={() => setColorScheme(next)}
        >
          <Icon size={15} aria-hidden />
        </ActionIcon>
      </Hint>
      <Hint text="Sign out">
        <ActionIcon variant="subtle" color="gray" aria-label="Sign out" onClick={() => void leave()}>
          <LogOut size={15} aria-hidden />
        </ActionIcon>
      </Hint>
    </div>
  );
}
