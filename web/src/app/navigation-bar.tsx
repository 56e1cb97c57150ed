// The navigation: a column beside the screen, behind a button where the screen is narrow.
import { ActionIcon, UnstyledButton } from "@mantine/core";
import { Link, useRouterState } from "@tanstack/react-router";
import { Keyboard, Menu, Search, X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { Me } from "../api/session";
import { NAVIGATION } from "./navigation";
import classes from "./navigation-bar.module.css";
import { PersonMenu } from "./person";

interface Props {
  me: Me;
  search: () => void;
  help: () => void;
  signedOut: () => void;
}

export function Navigation({ me, search, help, signedOut }: Props) {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const address = useRouterState({ select: (state) => state.location.pathname });

  // biome-ignore lint/correctness/useExhaustiveDependencies: another screen closes the menu
  useEffect(() => setOpen(false), [address]);
  useEffect(() => {
    if (!open) return;
    const take = (event: KeyboardEvent) => {
      if (event.key !== "Escape") return;
      setOpen(false);
      button.current?.focus();
    };
    document.addEventListener("keydown", take);
    return () => document.removeEventListener("keydown", take);
  }, [open]);

  return (
    <>
      <header className={classes.top}>
        <ActionIcon
          ref={button}
          variant="subtle"
          color="gray"
          size="lg"
          aria-label="Menu"
          aria-expanded={open}
          aria-controls="navigation"
          onClick={() => setOpen(!open)}
        >
          {open ? <X size={20} aria-hidden /> : <Menu size={20} aria-hidden />}
        </ActionIcon>
        <Brand />
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label="Search" onClick={search}>
          <Search size={18} aria-hidden />
        </ActionIcon>
      </header>
      <nav id="navigation" className={classes.nav} data-open={open || undefined} aria-label="Main">
        <div className={classes.wide}>
          <Brand />
        </div>
        <UnstyledButton className={classes.search} onClick={search} aria-keyshortcuts="/">
          <Search size={15} aria-hidden />
          <span>Search</span>
          <kbd>/</kbd>
        </UnstyledButton>
        {NAVIGATION.map(({ title, items }) => (
          <div
            key={title || items[0]?.to}
            className={classes.area}
            data-alone={(!title && items.length === 1) || undefined}
          >
            {title ? <div className={classes.areaTitle}>{title}</div> : null}
            {items.map(({ to, label, icon: Icon }) => (
              <Link
                key={to}
                to={to}
                className={classes.link}
                activeOptions={{ exact: to === "/", includeSearch: false }}
                activeProps={{ "aria-current": "page" }}
                onClick={() => setOpen(false)}
              >
                <Icon size={16} aria-hidden strokeWidth={1.75} />
                <span>{label}</span>
              </Link>
            ))}
          </div>
        ))}
        <div className={classes.foot}>
          <UnstyledButton className={classes.link} onClick={help} aria-keyshortcuts="?">
            <Keyboard size={16} aria-hidden strokeWidth={1.75} />
            <span>Keys</span>
          </UnstyledButton>
          <PersonMenu me={me} signedOut={signedOut} />
        </div>
      </nav>
    </>
  );
}

function Brand() {
  return (
    <Link to="/" className={classes.brand}>
      <img src="/icon.svg" alt="" width={24} height={24} />
      LinkMesh
    </Link>
  );
}
