// Delivery is stopped as a whole: who stopped it, why, and where to resume it. Wherever somebody may wait for a change.

import { Link } from "@tanstack/react-router";
import { Snowflake } from "lucide-react";
import type { Schema } from "../api/client";
import { beginning } from "../lib/text";
import classes from "./line-banner.module.css";
import { Ago } from "./values";

export function FrozenBanner({ delivery }: { delivery: Schema<"DeliveryState"> }) {
  if (!delivery.frozen) return null;
  return (
    <div className={classes.box} role="status">
      <Snowflake size={16} aria-hidden />
      <div className={classes.words}>
        <strong>Delivery is frozen</strong>
        {delivery.since ? (
          <>
            {" ("}
            <Ago at={delivery.since} />)
          </>
        ) : null}
        . Changes are saved but reach no collector. <Link to="/health">Resume it under Health</Link>.
        {delivery.by || delivery.reason ? (
          <div className={classes.reason} title={delivery.reason ?? ""}>
            {delivery.by ? <bdi>{beginning(delivery.by)}</bdi> : null}
            {delivery.by && delivery.reason ? ": " : null}
            <bdi>{beginning(delivery.reason)}</bdi>
          </div>
        ) : null}
      </div>
    </div>
  );
}
