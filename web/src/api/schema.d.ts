// Made by `npm run gen` from the server's OpenAPI document; do not edit.
export interface paths {
    "/api/v1/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who did what, newest first. */
        get: operations["audit_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/blame": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who last wrote each line of a file. */
        get: operations["history_blame"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/catalog": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every type of source, step and destination. */
        get: operations["catalog_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/catalog/{kind}/{type}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One type with its schema and examples. */
        get: operations["catalog_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/changes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Save several entities as one commit, or with `dry_run` answer what that would do. */
        post: operations["configuration_change"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/collectors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List collectors, in the order of their ids unless `sort` says otherwise. */
        get: operations["collectors_list"];
        put?: never;
        /** Make a collector before its host exists. */
        post: operations["collectors_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/collectors/bulk": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Do one thing to many collectors. Label and group changes and removals share commits. */
        post: operations["collectors_bulk"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/collectors/facets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Collectors counted by badge, version, group and label; those in the archive are left out. Made at most once in three seconds
         *     for all who ask the same.
         */
        get: operations["collectors_facets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/collectors/{collector}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One collector. */
        get: operations["collectors_get"];
        put?: never;
        post?: never;
        /**
         * Remove a collector: it is told to run nothing, its credential ends, its registration goes. An Alloy is given nothing to run
         *     until it stays away.
         */
        delete: operations["collectors_remove"];
        options?: never;
        head?: never;
        /** Change what is said of a collector; what is absent stays. */
        patch: operations["collectors_patch"];
        trace?: never;
    };
    "/api/v1/collectors/{collector}/archive": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Put a collector that is away into the archive: off the usual lists, until its host is back. It keeps its credential and what
         *     it runs, and nothing waits for it.
         */
        post: operations["collectors_archive"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/collectors/{collector}/attempts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The ledger of configurations that were offered, newest first. */
        get: operations["collectors_attempts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/collectors/{collector}/components": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The health tree that the collector reports. */
        get: operations["collectors_components"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/collectors/{collector}/config": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the collector should run, was last sent, and says that it runs; credentials are redacted. */
        get: operations["collectors_config"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/collectors/{collector}/drift": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How what runs differs in meaning from what was given. */
        get: operations["collectors_drift"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/collectors/{collector}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What happened to the collector, newest first. */
        get: operations["collectors_events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/collectors/{collector}/hold": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Stop delivery to a collector. */
        post: operations["delivery_hold"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/collectors/{collector}/intent": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The union of what applies to the collector, each with where it comes from. */
        get: operations["collectors_intent"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/collectors/{collector}/release": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Resume delivery to a collector. */
        post: operations["delivery_release"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/collectors/{collector}/restart": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ask a collector to restart. */
        post: operations["delivery_restart"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/collectors/{collector}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let a collector have once more what it refused. */
        post: operations["delivery_retry"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/collectors/{collector}/throughput": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Rates now; with `from`, `to` or `step_s` also over time, for the last day. */
        get: operations["collectors_throughput"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/collectors/{collector}/token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make a collector token for an Alloy. It is answered once and never again, with a ready `config.alloy`. The one before it
         *     holds until the new one is first used, a day at most.
         */
        post: operations["collectors_mint"];
        /** Revoke the tokens of an Alloy at once. It keeps what it runs, and does not start again until it has a new one. */
        delete: operations["collectors_revoke"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/collectors/{collector}/unarchive": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Bring a collector back from the archive before its host is back. */
        post: operations["collectors_unarchive"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/collectors/{collector}/{kind}/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One source, route or destination of one collector. */
        get: operations["configuration_get_of_collector"];
        /** Write a source, route or destination of one collector. */
        put: operations["configuration_put_of_collector"];
        post?: never;
        /** Remove a source, route or destination of one collector. */
        delete: operations["configuration_delete_of_collector"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/delivery/freeze": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Stop all delivery: nothing new is offered. An Alloy that starts anew, or that failed, still gets back what it ran. */
        post: operations["delivery_freeze"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/delivery/unfreeze": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Resume delivery. */
        post: operations["delivery_unfreeze"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/destinations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List destinations over all scopes. */
        get: operations["configuration_destinations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/diff": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How two revisions differ, in files and in the final configurations of the present collectors. */
        get: operations["history_diff"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/downloads/config.alloy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The configuration of an Alloy host. Sent with a valid collector token as bearer, it is filled in with that token; otherwise
         *     it holds a placeholder.
         */
        get: operations["downloads_alloy"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/downloads/install-opamp.sh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The script that makes a Linux host a collector. Sent with a valid enrollment token as bearer, it holds that token. */
        get: operations["downloads_script"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/downloads/mirror/SHA256SUMS": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The checksums of the mirror, as `sha256sum --check` reads them. */
        get: operations["downloads_checksums"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/downloads/mirror/manifest.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The list of the mirror for hosts. */
        get: operations["downloads_manifest"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/downloads/mirror/{kind}/{version}/{arch}/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A file of the mirror, or a part of it (`Range`). */
        get: operations["downloads_file"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/downloads/opamp-bootstrap-config.yaml": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The supervisor's configuration for a new host. Sent with a valid enrollment token as bearer, it is filled in with that
         *     token; otherwise it holds a placeholder.
         */
        get: operations["downloads_supervisor"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/enrollment-tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List enrollment tokens, newest first. Their secrets are never shown again. */
        get: operations["enrollment_tokens_list"];
        put?: never;
        /** Make an enrollment token. Its secret is answered once and never again, with ready files for the host. */
        post: operations["enrollment_tokens_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/enrollment-tokens/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether a host could join with the token that is sent as bearer, or is connected with it already. Uses nothing up. */
        get: operations["enrollment_tokens_check"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/enrollment-tokens/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Revoke an enrollment token: nothing joins with it any more, and whoever is connected with it is disconnected. */
        delete: operations["enrollment_tokens_revoke"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Events as they happen (server-sent events), from `Last-Event-ID` on; or, where `Accept` asks for JSON, a page of them, newest first. */
        get: operations["events_events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/fleet/{kind}/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One source, route or destination of the fleet. */
        get: operations["configuration_get_of_fleet"];
        /** Write a source, route or destination of the fleet. */
        put: operations["configuration_put_of_fleet"];
        post?: never;
        /** Remove a source, route or destination of the fleet. */
        delete: operations["configuration_delete_of_fleet"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/groups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List groups. */
        get: operations["configuration_groups"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/groups/{group}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One group. */
        get: operations["configuration_get_group"];
        /** Write a group. */
        put: operations["configuration_put_group"];
        post?: never;
        /** Remove a group. */
        delete: operations["configuration_delete_group"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/groups/{group}/{kind}/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One source, route or destination of a group. */
        get: operations["configuration_get_of_group"];
        /** Write a source, route or destination of a group. */
        put: operations["configuration_put_of_group"];
        post?: never;
        /** Remove a source, route or destination of a group. */
        delete: operations["configuration_delete_of_group"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the newest jobs, newest first. */
        get: operations["jobs_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/jobs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How far a job is. */
        get: operations["jobs_get"];
        put?: never;
        post?: never;
        /** Stop a job; what is done stays done. */
        delete: operations["jobs_cancel"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/links": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List links. */
        get: operations["configuration_links"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/links/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One link. */
        get: operations["configuration_get_link"];
        /** Write a link. */
        put: operations["configuration_put_link"];
        post?: never;
        /** Remove a link. */
        delete: operations["configuration_delete_link"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/links/{link}/traffic": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the senders of a link send against what its receivers receive. */
        get: operations["links_traffic"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who is calling, and what they may do. */
        get: operations["session_me"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Numbers about the server in the Prometheus text format. */
        get: operations["server_metrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/mirror": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the files of the mirror. */
        get: operations["mirror_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/mirror/{kind}/{version}/{arch}/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Add a file, or replace the one in its place. The body is the file itself, at most 5 GiB; nothing is left of one that
         *     breaks off.
         */
        put: operations["mirror_add"];
        post?: never;
        /** Take a file off the mirror. */
        delete: operations["mirror_remove"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/mirror/{kind}/{version}/{arch}/{name}/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Read a file again and compare its checksum. */
        post: operations["mirror_verify"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This document. */
        get: operations["server_document"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/overview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How many collectors are how, what failed last, and what the fleet takes in and gives out; counted at most once in three seconds
         *     for all who ask.
         */
        get: operations["overview_overview"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pipelines": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List pipelines. */
        get: operations["configuration_pipelines"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/pipelines/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One pipeline. */
        get: operations["configuration_get_pipeline"];
        /** Write a pipeline. */
        put: operations["configuration_put_pipeline"];
        post?: never;
        /** Remove a pipeline. */
        delete: operations["configuration_delete_pipeline"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/remotecfg": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The configuration that an Alloy would be given, as text. The entity tag is the hash of the bytes that are delivered; it is a
         *     weak one where credentials are hidden.
         */
        get: operations["collectors_remotecfg"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/render": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Render what a collector should run, or what entities would make. */
        post: operations["configuration_render"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Bring an old state back as a new commit. Collectors are neither enrolled nor removed by it. */
        post: operations["history_restore"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/revisions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The history, newest first. */
        get: operations["history_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/revisions/{revision}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One revision with what it changed. */
        get: operations["history_get"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/routes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List routes over all scopes. */
        get: operations["configuration_routes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/seal": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Seal a credential for one field of one file that somebody writes by hand. Nothing is stored. */
        post: operations["configuration_seal"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/server/backup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take a backup of this moment: repository, record and keys, as a tar archive that lists its own checksums. It holds the
         *     keys: whoever has it can open every credential. An answer that breaks off is no backup; `linkmesh-server restore` refuses it.
         */
        post: operations["server_backup"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/server/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How the server and its parts are. */
        get: operations["server_health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/service-accounts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List service accounts. */
        get: operations["service_accounts_list"];
        put?: never;
        /** Make a service account. Its token is answered once and never again. */
        post: operations["service_accounts_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/service-accounts/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Remove a service account; its token ends at once. */
        delete: operations["service_accounts_remove"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sign in. */
        post: operations["session_sign_in"];
        /** Sign out. */
        delete: operations["session_sign_out"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/setup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make the first administrator, once. */
        post: operations["session_set_up"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sources": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List sources over all scopes. */
        get: operations["configuration_sources"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/topology": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Sources, routes, destinations and collectors as one graph with live numbers; made at most once in three seconds for all who ask
         *     the same.
         */
        get: operations["topology_topology"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description Who did something. */
        Actor: {
            /** @description Immutable id. */
            id: string;
            /** @description What kind of actor. */
            kind: components["schemas"]["ActorKind"];
            /** @description The name at that time. */
            name: string;
        };
        /**
         * @description What kind of actor it is.
         * @enum {string}
         */
        ActorKind: "user" | "service_account" | "collector" | "system" | "anonymous";
        /** @description Collectors that run the same bytes, and how those change. */
        AffectedClass: {
            /**
             * Format: int64
             * @description How many are in it.
             */
            collector_count: number;
            /** @description Ids of the collectors in it; the first hundred. */
            collectors: string[];
            /** @description Unified text difference of the final configuration, redacted. */
            diff: string;
            /** @description Hash of what they run now; absent when that is nothing. */
            from_hash?: string | null;
            /** @description Whether the change restarts the collector process. */
            restarts?: boolean;
            runtime?: components["schemas"]["Runtime"] | null;
            /** @description Hash of what they would run; absent when that is nothing. */
            to_hash?: string | null;
            /** @description Its version. */
            version?: string | null;
        };
        /** @description Body of `POST collectors/{id}/archive`; may be absent. */
        ArchiveRequest: {
            /** @description Why, for those who find it archived. */
            reason?: string | null;
        };
        /**
         * @description Which collectors a list shows, as to the archive.
         * @enum {string}
         */
        ArchivedFilter: "false" | "true" | "all";
        /** @description One row of `GET collectors/{id}/attempts`, newest first. */
        Attempt: {
            /** @description When `state` last changed. */
            changed_at: components["schemas"]["Timestamp"];
            /** @description SHA-256 of the offered bytes, in hexadecimal. */
            hash: string;
            /** @description That the collector runs it is only concluded: its version reports nothing of it. */
            inferred?: boolean;
            /** @description Whether it was reported as applied after it had been taken for failed. */
            late?: boolean;
            /** @description When it was first offered. */
            offered_at: components["schemas"]["Timestamp"];
            /** @description The collector's own words, when it failed. */
            reason?: string | null;
            /** @description The revision it came from, where that is known. */
            revision?: string | null;
            /** @description Where it stands. */
            state: components["schemas"]["AttemptState"];
        };
        /**
         * @description Where an attempt stands.
         * @enum {string}
         */
        AttemptState: "offered" | "applying" | "applied" | "failed" | "rolled_back";
        /** @description One row of `GET audit`, newest first. */
        AuditEntry: {
            /** @description What, as `resource:verb`. */
            action: string;
            /** @description Who. */
            actor: components["schemas"]["Actor"];
            /** @description State after, redacted. */
            after?: Record<string, never> | null;
            /** @description When. */
            at: components["schemas"]["Timestamp"];
            /** @description State before, redacted. */
            before?: Record<string, never> | null;
            /** @description Hash over this entry and `previous_hash`. */
            hash: string;
            /** @description On what, for example `enrollment-tokens/4f2c`. */
            object: string;
            /** @description How it ended. */
            outcome: components["schemas"]["AuditOutcome"];
            /** @description Hash of the entry before. */
            previous_hash: string;
            /** @description Why it was refused or failed; or what a person said as reason. */
            reason?: string | null;
            /** @description The commit it made, where it made one. */
            revision?: string | null;
            /**
             * Format: int64
             * @description Position in the log; no gaps.
             */
            seq: number;
        };
        /**
         * @description How an audited action ended.
         * @enum {string}
         */
        AuditOutcome: "intended" | "done" | "refused" | "failed";
        /** @description A file, line by line. */
        Blame: {
            /** @description Its lines, credentials redacted. */
            lines: components["schemas"]["BlamedLine"][];
            /** @description Path of the file. */
            path: string;
            /** @description The revision looked at. */
            revision: string;
        };
        /** @description One line and who wrote it. */
        BlamedLine: {
            /** @description When. */
            at: components["schemas"]["Timestamp"];
            /** @description Who made that revision. */
            author: string;
            /** @description The revision that brought it. */
            revision: string;
            /** @description The line. */
            text: string;
        };
        /** @description What is done: a word, or labels and groups that change. */
        BulkAct: components["schemas"]["BulkVerb"] | components["schemas"]["BulkChange"];
        /** @description Labels and groups that change; what is not named stays. */
        BulkChange: {
            /** @description Groups to put them into. */
            add_groups?: string[];
            /** @description Groups to take them out of; a group that holds them by its selector or its members keeps them. */
            remove_groups?: string[];
            /** @description Labels to remove. */
            remove_labels?: string[];
            /** @description Labels to set. */
            set_labels?: {
                [key: string]: string;
            };
        };
        /** @description Which collectors; the same filters as those of the list. Nothing in it means everybody who is not in the archive. */
        BulkMatch: {
            archived?: components["schemas"]["ArchivedFilter"] | null;
            /** @description In this group. */
            group?: string | null;
            health?: components["schemas"]["Health"] | null;
            /** @description With all these labels, written `key=value`. */
            label?: string[];
            mode?: components["schemas"]["Mode"] | null;
            /** @description A query in the query language. */
            q?: string | null;
            /**
             * Format: int64
             * @description Not connected, and not heard for so many seconds. Looked at once more right before it is done.
             */
            silent_for_s?: number | null;
            status?: components["schemas"]["Status"] | null;
            sync?: components["schemas"]["Sync"] | null;
        };
        /** @description Body of `POST collectors/bulk`: which collectors (`match` or `ids`), and what is done to them. */
        BulkRequest: {
            /** @description What is done. */
            act: components["schemas"]["BulkAct"];
            /**
             * Format: int64
             * @description How many the caller saw chosen. When more are by now, nothing is done and the answer is 409.
             */
            expected?: number | null;
            /** @description These. */
            ids?: string[];
            match?: components["schemas"]["BulkMatch"] | null;
            /** @description For `delete`: their credentials end at once. An Alloy whose host reboots afterwards does not start. */
            now?: boolean;
            /** @description Why, for `archive` and `hold`. */
            reason?: string | null;
        };
        /**
         * @description What is done to many, in a word.
         * @enum {string}
         */
        BulkVerb: "archive" | "unarchive" | "delete" | "hold" | "release" | "retry" | "restart";
        /** @description Answer of `GET catalog/{kind}/{type}`. */
        CatalogEntry: components["schemas"]["CatalogSummary"] & {
            /** @description Examples that the tests run. */
            examples?: components["schemas"]["CatalogExample"][];
            /** @description JSON Schema of `settings`, with form hints under `x-form`. */
            schema: Record<string, never>;
        };
        /** @description One example of a type. */
        CatalogExample: {
            /** @description The entity (a source or destination) or the step. */
            entity: Record<string, never>;
            /** @description What it shows. */
            name: string;
        };
        /**
         * @description The kinds of catalog entry.
         * @enum {string}
         */
        CatalogKind: "sources" | "steps" | "destinations";
        /** @description Answer of `GET catalog`. */
        CatalogList: {
            /** @description Every type. */
            items: components["schemas"]["CatalogSummary"][];
        };
        /** @description One type. */
        CatalogSummary: {
            /** @description Where the upstream documentation is. */
            docs?: string | null;
            /** @description Source, step or destination. */
            kind: components["schemas"]["CatalogKind"];
            /** @description What people see. */
            name: string;
            /** @description Programs that support it. */
            runtimes?: components["schemas"]["Runtime"][];
            /** @description Signals that it takes or makes. */
            signals?: components["schemas"]["Signal"][];
            /** @description What it does, in a sentence. */
            summary: string;
            /** @description The id, for example `file-logs`. */
            type: string;
        };
        /** @description Body of `POST changes`. */
        Change: {
            /** @description The revision it was prepared on: files that moved on since are a conflict. Without it the change is put on the head. */
            base?: string | null;
            /** @description Repository paths to remove. */
            delete?: string[];
            /** @description Only answer the plan. */
            dry_run?: boolean;
            /** @description The commit's message; one is made from the paths when absent. */
            message?: string | null;
            /**
             * @description Entities to write, by repository path, for example `fleet/sources/app-otlp.yaml`: an object, or the file's YAML text as
             *     a string, which is kept byte for byte. Credentials in a text are sealed where they stand; `{$sealed: true}` keeps
             *     what is stored.
             */
            put?: {
                [key: string]: unknown;
            };
        };
        /** @description Answer of `POST changes`: a [`Plan`] for a dry run, else [`Committed`]. */
        ChangeAnswer: components["schemas"]["Plan"] | components["schemas"]["Committed"];
        /** @description One part of the server. */
        Check: {
            /** @description What is wrong and what to do, or a word on how it is. */
            message?: string;
            /** @description Which part, for example `store`. */
            name: string;
            /** @description How it is. */
            status: components["schemas"]["CheckStatus"];
        };
        /**
         * @description How a part of the server is.
         * @enum {string}
         */
        CheckStatus: "ok" | "warning" | "failed";
        /** @description One collector, as listed and as answered alone. */
        Collector: {
            /** @description Whether it is in the archive: it stayed away, and is back as soon as its host is. */
            archived?: boolean;
            archived_at?: components["schemas"]["Timestamp"] | null;
            /** @description Why it was archived, where a person said so. */
            archived_reason?: string | null;
            connected_at?: components["schemas"]["Timestamp"] | null;
            /**
             * Format: double
             * @description Processor time of its process; 100 is one processor.
             */
            cpu_percent?: number | null;
            desired?: components["schemas"]["DesiredRef"] | null;
            effective?: components["schemas"]["EffectiveRef"] | null;
            /** @description Groups it belongs to, by whatever way. */
            groups?: string[];
            /** @description The collector's own word on its health. */
            health: components["schemas"]["Health"];
            /** @description Why `health` is what it is, where the collector says. */
            health_reason?: string | null;
            /** @description Whether an operator holds its delivery. */
            held?: boolean;
            /** @description Host name as reported. */
            host?: string | null;
            /** @description Slug, unique, never changed. */
            id: string;
            /**
             * Format: double
             * @description Events per second that its sources take in; unknown where it reports no numbers now.
             */
            in_per_s?: number | null;
            /** @description That it runs what it was offered is only concluded: its version reports nothing of it (Alloy before 1.12). */
            inferred?: boolean;
            /** @description Labels set by an operator or an enrollment token. */
            labels?: {
                [key: string]: string;
            };
            last_seen_at?: components["schemas"]["Timestamp"] | null;
            /** @description Whether configuration is delivered, or the collector only observed. */
            managed?: boolean;
            /**
             * Format: double
             * @description Resident memory of its process.
             */
            memory_bytes?: number | null;
            /** @description How it is managed. */
            mode: components["schemas"]["Mode"];
            /** @description What people see. */
            name: string;
            /** @description Why there are no numbers of it, where that is known. */
            numbers_reason?: string | null;
            /**
             * Format: double
             * @description Events per second that its destinations send.
             */
            out_per_s?: number | null;
            /** @description Its version is older than the one that configurations are tested with. */
            outdated?: boolean;
            /** @description What the host says about itself; a claim, selectable under `reported.` only. */
            reported?: {
                [key: string]: string;
            };
            runtime?: components["schemas"]["Runtime"] | null;
            /** @description The connection. */
            status: components["schemas"]["Status"];
            /** @description Committed against running. */
            sync: components["schemas"]["Sync"];
            /** @description Why `sync` is what it is, in a sentence, where there is something to say. */
            sync_reason?: string | null;
            /** @description Upstream only, or with the agent beside it. */
            tier: components["schemas"]["Tier"];
            token_minted_at?: components["schemas"]["Timestamp"] | null;
            /** @description The OpAMP instance uid it is bound to. */
            uid?: string | null;
            /** @description While `sync` is `pending`: what it waits for. */
            unsettled_reason?: string | null;
            /** @description Its version as reported. */
            version?: string | null;
        };
        /** @description Answer of `GET collectors/{id}/components`. */
        CollectorComponents: {
            as_of?: components["schemas"]["Timestamp"] | null;
            root?: components["schemas"]["ComponentHealth"] | null;
        };
        /** @description Answer of `GET collectors/{id}/config`; secrets are redacted, hashes are of the real bytes. */
        CollectorConfig: {
            desired?: components["schemas"]["ConfigText"] | null;
            effective?: components["schemas"]["ConfigText"] | null;
            offered?: components["schemas"]["ConfigText"] | null;
        };
        /** @description How many collectors stand where. */
        CollectorCounts: {
            /**
             * Format: int64
             * @description Known, never seen.
             */
            awaiting_connection: number;
            /**
             * Format: int64
             * @description Connected now.
             */
            connected: number;
            /**
             * Format: int64
             * @description Were connected once.
             */
            disconnected: number;
            /**
             * Format: int64
             * @description Run something else.
             */
            drifted: number;
            /**
             * Format: int64
             * @description Refused what is committed.
             */
            failed: number;
            /**
             * Format: int64
             * @description Run what is committed.
             */
            in_sync: number;
            /**
             * Format: int64
             * @description All.
             */
            total: number;
        };
        /** @description What a change did. */
        Committed: {
            /** @description Whether a commit was made; not when the repository already said so. */
            changed: boolean;
            /** @description The entity tags of what was written, by path. */
            etags?: {
                [key: string]: string;
            };
            /** @description The head that holds the change. */
            revision: string;
            /** @description What is allowed and probably not meant. */
            warnings?: components["schemas"]["Warning"][];
        };
        /** @description One node of the health tree. */
        ComponentHealth: {
            /** @description Its parts by name. */
            components?: {
                [key: string]: components["schemas"]["ComponentHealth"];
            };
            /** @description The entity that the component was rendered from, where that is known. */
            entity?: string | null;
            /** @description The collector's own verdict. */
            healthy: boolean;
            /** @description Its last error, where there is one. */
            last_error?: string | null;
            started_at?: components["schemas"]["Timestamp"] | null;
            /** @description Its own word, for example `StatusRecoverableError`. */
            status?: string;
            status_at?: components["schemas"]["Timestamp"] | null;
        };
        /** @description Rates of one component, in events per second. */
        ComponentThroughput: {
            /** @description The entity, as `kind/id`, for example `sources/app-otlp`. */
            entity: string;
            /**
             * Format: double
             * @description Events that were refused or failed.
             */
            errors_per_s?: number | null;
            /**
             * Format: double
             * @description Events that came in.
             */
            in_per_s?: number | null;
            /**
             * Format: double
             * @description Events that went out.
             */
            out_per_s?: number | null;
            /**
             * Format: double
             * @description The whole queue.
             */
            queue_capacity?: number | null;
            /**
             * Format: double
             * @description Filled part of the queue, in the queue's unit.
             */
            queue_size?: number | null;
            /** @description Which signal. */
            signal: components["schemas"]["Signal"];
            /** @description The stage within the entity, for example `receive`, `matched`, a step's id, `send`. */
            stage: string;
        };
        /** @description One configuration text. */
        ConfigText: {
            at?: components["schemas"]["Timestamp"] | null;
            /** @description SHA-256 of the delivered bytes, in hexadecimal; absent where it is not known (a reported configuration that matches nothing we sent). */
            hash?: string | null;
            /** @description The revision it comes from, where that is known. */
            revision?: string | null;
            /** @description The text, redacted. */
            text: string;
        };
        /** @description Body of `POST collectors`: a collector before its host exists. */
        CreateCollector: {
            /** @description Groups to belong to. */
            groups?: string[];
            /** @description Labels to set. */
            labels?: {
                [key: string]: string;
            };
            /** @description How it is managed. */
            mode: components["schemas"]["Mode"];
            /** @description What people see; the id is its slug, made unique. */
            name: string;
        };
        /** @description Body of `POST enrollment-tokens`. */
        CreateEnrollmentToken: {
            /**
             * Format: int64
             * @description How long a host that joins with it may stay away until it is archived, in seconds; for ever when absent.
             */
            archive_after_s?: number | null;
            /**
             * Format: int64
             * @description Time to its first use, in seconds; 900 when absent.
             */
            expires_in_s?: number | null;
            /** @description Id of a known collector that joins again, for a rebuilt host; its old credential ends with the first use. */
            for?: string | null;
            /** @description Groups that a collector belongs to when it joins. */
            groups?: string[];
            /** @description Labels that a collector gets when it joins. */
            labels?: {
                [key: string]: string;
            };
            /**
             * Format: int32
             * @description How many hosts may join with it; 1 when absent.
             */
            max_uses?: number | null;
            /** @description What people see. */
            name?: string | null;
            /**
             * Format: int64
             * @description How long it stays archived until it is removed, also from the repository, in seconds; for ever when absent.
             */
            purge_after_s?: number | null;
        };
        /** @description Body of `POST service-accounts`. */
        CreateServiceAccount: {
            /**
             * Format: int64
             * @description Lifetime of the token in seconds; it does not expire when absent.
             */
            expires_in_s?: number | null;
            /** @description What people see; unique. */
            name: string;
            /** @description What the account may do. */
            role: components["schemas"]["Role"];
        };
        /** @description Answer of `POST enrollment-tokens`. The token is shown once. */
        CreatedEnrollmentToken: {
            /** @description Until when it must be used first. */
            expires_at: components["schemas"]["Timestamp"];
            /** @description Ready files by name (`supervisor.yaml`), with the token in them. */
            files?: {
                [key: string]: string;
            };
            /** @description Immutable id, for listing and revoking. */
            id: string;
            /** @description What installs supervisor and collector on the host and joins it, for a shell: the line under `script`. */
            install?: {
                [key: string]: string;
            };
            /** @description The bearer, `lmenr_…`. */
            token: string;
        };
        /** @description Answer of `POST service-accounts`. The token is shown once. */
        CreatedServiceAccount: {
            expires_at?: components["schemas"]["Timestamp"] | null;
            /** @description Immutable id. */
            id: string;
            /** @description The bearer, `lmsat_…`. */
            token: string;
        };
        /** @description Answer of `POST delivery/{freeze,unfreeze}`. */
        DeliveryState: {
            /** @description By whom. */
            by?: string | null;
            /** @description Whether all delivery is stopped. */
            frozen: boolean;
            /** @description Why. */
            reason?: string | null;
            since?: components["schemas"]["Timestamp"] | null;
        };
        /** @description Names what a collector should run. */
        DesiredRef: {
            /** @description SHA-256 of the bytes, in hexadecimal. */
            hash: string;
            /** @description The revision it comes from. */
            revision: string;
        };
        /** @description Answer of `GET diff`. */
        Diff: {
            /** @description Final configurations that differ. */
            classes?: components["schemas"]["AffectedClass"][];
            /** @description Files that differ. */
            files: components["schemas"]["FileDiff"][];
            /** @description Full id of the older revision. */
            from: string;
            /** @description Full id of the newer revision. */
            to: string;
        };
        /** @description Answer of `GET collectors/{id}/drift`. */
        Drift: {
            at?: components["schemas"]["Timestamp"] | null;
            cause?: components["schemas"]["DriftCause"] | null;
            /** @description The collector. */
            collector: string;
            /** @description What differs, at most some hundreds. */
            differences?: components["schemas"]["DriftDifference"][];
            /** @description Whether effective differs from desired; absent while one of the two is not known. */
            drifted?: boolean | null;
            /** @description The same as a sentence. */
            message?: string | null;
        };
        /**
         * @description Why a collector runs something else.
         * @enum {string}
         */
        DriftCause: "local_edit" | "older_revision" | "injected" | "redacted";
        /** @description One place that differs. */
        DriftDifference: {
            /** @description The desired value, redacted; absent when only the collector has one. */
            desired?: string | null;
            /** @description The value that runs, redacted; absent when only Git has one. */
            effective?: string | null;
            /** @description Where, for example `exporters.otlphttp/loki.endpoint`. */
            path: string;
        };
        /**
         * @description What an edge is.
         * @enum {string}
         */
        EdgeKind: "route" | "send" | "link" | "runs";
        /** @description Names what a collector runs. */
        EffectiveRef: {
            /** @description SHA-256, in hexadecimal, of the configuration that it last applied, where that is known. */
            hash?: string | null;
        };
        /** @description One row of `GET enrollment-tokens`. */
        EnrollmentToken: {
            /**
             * Format: int64
             * @description How long a host that joined with it may stay away until it is archived, in seconds.
             */
            archive_after_s?: number | null;
            /** @description Ids of the collectors that joined with it. */
            collectors?: string[];
            /** @description When it was made. */
            created_at: components["schemas"]["Timestamp"];
            /** @description Who made it. */
            created_by: string;
            /** @description Until when it must be used first. */
            expires_at: components["schemas"]["Timestamp"];
            /** @description The known collector it is made for, if one. */
            for?: string | null;
            /** @description Groups it gives. */
            groups?: string[];
            /** @description Immutable id. */
            id: string;
            /** @description Labels it gives. */
            labels?: {
                [key: string]: string;
            };
            /**
             * Format: int32
             * @description How many hosts may join with it.
             */
            max_uses: number;
            /** @description What people see. */
            name?: string | null;
            /**
             * Format: int64
             * @description How long it stays archived until it is removed, in seconds.
             */
            purge_after_s?: number | null;
            /** @description Where it stands. */
            state: components["schemas"]["TokenState"];
            /**
             * Format: int32
             * @description How many did.
             */
            uses: number;
        };
        /**
         * @description The kinds of entity, as they stand in URLs and paths.
         * @enum {string}
         */
        EntityKind: "sources" | "routes" | "destinations" | "pipelines" | "groups" | "links";
        /** @description One event, in a list and as the `data` of a server-sent event. */
        Event: {
            /** @description When it happened. */
            at: components["schemas"]["Timestamp"];
            /** @description The collector it is about, if it is about one. */
            collector?: string | null;
            /** @description Facts for programs; the keys depend on `kind`. */
            data?: Record<string, never>;
            /** @description Ordered: a later event has a greater id. Goes into `Last-Event-ID`. */
            id: string;
            /** @description What happened, for example `config_applied`. */
            kind: string;
            /** @description The same as a sentence. */
            message: string;
            /** @description How much it matters. */
            severity: components["schemas"]["Severity"];
        };
        /** @description Answer of `GET collectors/facets`. */
        Facets: {
            /** @description When they were counted. */
            as_of: components["schemas"]["Timestamp"];
            /** @description By group; at most 200. */
            groups: {
                [key: string]: number;
            };
            /** @description By the collector's own word. */
            health: {
                [key: string]: number;
            };
            /** @description By label, the keys that most collectors have first; at most 50. */
            labels: components["schemas"]["LabelFacet"][];
            /** @description By how they are managed. */
            mode: {
                [key: string]: number;
            };
            /** @description There are more keys. */
            more?: boolean;
            /** @description By program. */
            runtime: {
                [key: string]: number;
            };
            /** @description By connection. */
            status: {
                [key: string]: number;
            };
            /** @description By committed against running. */
            sync: {
                [key: string]: number;
            };
            /**
             * Format: int64
             * @description How many collectors match.
             */
            total: number;
            /** @description By program and version, most first; at most 200. */
            version: components["schemas"]["VersionCount"][];
        };
        /** @description One fault of the input. */
        FieldError: {
            /** @description What is wrong with it. */
            message: string;
            /** @description The file and field, for example `fleet/routes/app.yaml: destinations[0]`, or a field of the body. */
            path: string;
        };
        /**
         * @description What happens to a file.
         * @enum {string}
         */
        FileChange: "added" | "modified" | "deleted";
        /** @description One file that changes. */
        FileDiff: {
            /** @description What happens to it. */
            change: components["schemas"]["FileChange"];
            /** @description Unified text difference; credentials are redacted. */
            diff?: string;
            /** @description The file in the repository. */
            path: string;
        };
        /** @description What the fleet takes in and gives out, in events per second; sums over the collectors that report. */
        FleetTotals: {
            /**
             * Format: double
             * @description Refused or failed at either.
             */
            errors_per_s?: number | null;
            /**
             * Format: double
             * @description Taken in by sources.
             */
            in_per_s?: number | null;
            /**
             * Format: int64
             * @description Collectors of which nothing is known now.
             */
            not_reporting: number;
            /**
             * Format: double
             * @description Sent by destinations.
             */
            out_per_s?: number | null;
            /**
             * Format: int64
             * @description Collectors whose numbers these are.
             */
            reporting: number;
        };
        /** @description Body of `POST delivery/freeze`; may be absent. */
        FreezeRequest: {
            /** @description Why, for those who find it frozen. */
            reason?: string | null;
        };
        /**
         * @description The collector's own word on its health.
         * @enum {string}
         */
        Health: "healthy" | "degraded" | "failed" | "unknown";
        /** @description Body of `POST collectors/{id}/hold`; may be absent. */
        HoldRequest: {
            /** @description Why, for those who find it held. */
            reason?: string | null;
        };
        /** @description Answer of `GET collectors/{id}/intent`: the union that applies to one collector. */
        Intent: {
            /** @description The collector. */
            collector: string;
            /** @description Groups that reach it. */
            groups?: string[];
            /** @description What applies, each with where it comes from. */
            items?: components["schemas"]["IntentItem"][];
            /** @description The revision that it is read from. */
            revision: string;
            /** @description What is allowed and probably not meant. */
            warnings?: components["schemas"]["Warning"][];
        };
        /** @description One entity that applies to a collector. */
        IntentItem: {
            /** @description The entity; credentials are redacted. */
            entity: Record<string, never>;
            /** @description Its id. */
            id: string;
            /** @description Which kind. */
            kind: components["schemas"]["EntityKind"];
            /** @description Whether it is part of the rendered configuration, and if not, why. */
            left_out_because?: string | null;
            /** @description The file in the repository. */
            path: string;
            /** @description Where it is defined; absent for tenant-wide kinds. */
            scope?: string | null;
        };
        /** @description How far an act on many collectors is. Kept in memory, the newest 32. */
        Job: {
            /** @description What is done: one of the words of `act`, or `change`. */
            act: string;
            /** @description Who asked for it. */
            by: string;
            /**
             * Format: int64
             * @description Collectors to which it was done.
             */
            done: number;
            /** @description Why not: the first 1000, and in the list of jobs the first 50. */
            errors?: components["schemas"]["JobError"][];
            /**
             * Format: int64
             * @description Collectors to which it could not be done.
             */
            failed: number;
            finished_at?: components["schemas"]["Timestamp"] | null;
            /** @description Its id. */
            id: string;
            /** @description Since when. */
            started_at: components["schemas"]["Timestamp"];
            /** @description Where it stands. */
            state: components["schemas"]["JobState"];
            /**
             * Format: int64
             * @description Collectors that were chosen.
             */
            total: number;
        };
        /** @description Why it could not be done to one collector. */
        JobError: {
            /** @description Which. */
            collector: string;
            /** @description Why, as a sentence. */
            message: string;
        };
        /**
         * @description Where a job stands.
         * @enum {string}
         */
        JobState: "running" | "done" | "failed" | "cancelled";
        /** @description How many have a value. */
        LabelCount: {
            /**
             * Format: int64
             * @description How many collectors.
             */
            count: number;
            /** @description The value. */
            value: string;
        };
        /** @description The values of one label. */
        LabelFacet: {
            /**
             * Format: int64
             * @description How many collectors have it.
             */
            count: number;
            /** @description The key. */
            key: string;
            /** @description There are more values. */
            more?: boolean;
            /** @description Its values, most first: at most 50, or 500 where `key` asked for this label. */
            values: components["schemas"]["LabelCount"][];
        };
        /** @description The receiving end of a link. */
        LinkReceivers: {
            /**
             * Format: int64
             * @description Collectors that should receive.
             */
            collectors: number;
            /**
             * Format: double
             * @description Received.
             */
            received_per_s?: number | null;
            /**
             * Format: double
             * @description Refused or failed.
             */
            refused_per_s?: number | null;
            /**
             * Format: int64
             * @description Of them, with numbers that hold now.
             */
            reporting: number;
        };
        /** @description The sending end of a link. */
        LinkSenders: {
            /**
             * Format: int64
             * @description Collectors that should send.
             */
            collectors: number;
            /**
             * Format: double
             * @description Given up, or turned away from a full queue.
             */
            failed_per_s?: number | null;
            /**
             * Format: double
             * @description Room in them.
             */
            queue_capacity?: number | null;
            /**
             * Format: double
             * @description Waiting in their queues.
             */
            queue_size?: number | null;
            /**
             * Format: int64
             * @description Of them, with numbers that hold now.
             */
            reporting: number;
            /**
             * Format: double
             * @description Sent.
             */
            sent_per_s?: number | null;
        };
        /** @description Answer of `GET links/{id}/traffic`: what the senders sent against what the receivers received. Rates are events per second. */
        LinkTraffic: {
            /** @description When it was put together. */
            as_of: components["schemas"]["Timestamp"];
            /** @description Those that send. */
            from: components["schemas"]["LinkSenders"];
            /**
             * Format: double
             * @description Sent and not received, over the last minutes that both ends counted in full.
             */
            lost_per_s?: number | null;
            /**
             * Format: double
             * @description The same, of what was sent.
             */
            lost_percent?: number | null;
            /** @description Why something is unknown. */
            note?: string | null;
            /** @description Those that receive. */
            to: components["schemas"]["LinkReceivers"];
        };
        /** @description One row of the lists over all scopes (`GET sources`, …). */
        ListedEntity: {
            /** @description The entity as in the repository; credentials are redacted. */
            entity: Record<string, never>;
            /** @description For `If-Match`. */
            etag: string;
            /** @description Its id, the file's name. */
            id: string;
            /** @description Which kind. */
            kind: components["schemas"]["EntityKind"];
            /** @description The file in the repository. */
            path: string;
            /** @description Where it is defined: `fleet`, `groups/<group>` or `collectors/<collector>`; absent for tenant-wide kinds. */
            scope?: string | null;
        };
        /** @description Answer of `GET me`. */
        Me: {
            /** @description For a browser session: what to carry in `X-CSRF-Token`, so that a reloaded page can go on. */
            csrf_token?: string | null;
            expires_at?: components["schemas"]["Timestamp"] | null;
            /** @description Immutable id. */
            id: string;
            /** @description A person or a program. */
            kind: components["schemas"]["PrincipalKind"];
            /** @description The user's or the service account's name. */
            name: string;
            /** @description What the caller may do, as `resource:verb`. */
            permissions: string[];
            /** @description The role that gives the permissions. */
            role: components["schemas"]["Role"];
        };
        /** @description Body of `POST collectors/{id}/token`. */
        MintToken: {
            /** @description End the token before it now; otherwise it holds until the new one is first used, a day at most. */
            now?: boolean;
        };
        /** @description Answer of `POST collectors/{id}/token`. The token is shown once. */
        MintedToken: {
            /** @description A ready `config.alloy` with the token in it. */
            config_alloy: string;
            /** @description What installs Alloy on the host before that, for a shell: lines by package manager (`apt`, `dnf`). */
            install?: {
                [key: string]: string;
            };
            /** @description The bearer, `lmcol_…`. */
            token: string;
        };
        /** @description Whether a file of the mirror is still what was added. */
        MirrorCheck: {
            /** @description The file. */
            file: components["schemas"]["MirrorFile"];
            /** @description Whether its content has the checksum that it was added with. */
            intact: boolean;
            /** @description What is wrong and what to do, where it is not. */
            problem?: string | null;
        };
        /** @description One file of the mirror. */
        MirrorFile: {
            /** @description When it was added. */
            added_at: components["schemas"]["Timestamp"];
            /** @description `amd64` or `arm64`. */
            arch: string;
            /** @description What it is, such as `otelcol-contrib`, `opampsupervisor` or `alloy`. */
            kind: string;
            /** @description Its file name. */
            name: string;
            /** @description SHA-256 of its content, in hexadecimal. */
            sha256: string;
            /**
             * Format: int64
             * @description Its length.
             */
            size_bytes: number;
            /** @description Where hosts find it. */
            url: string;
            /** @description Its version, such as `0.158.0`. */
            version: string;
        };
        /**
         * @description How a collector is managed.
         * @enum {string}
         */
        Mode: "opamp" | "alloy-remotecfg";
        /**
         * @description What a node is.
         * @enum {string}
         */
        NodeKind: "source" | "route" | "destination" | "collectors" | "collector";
        /** @description The numbers of a node. Rates are events per second. */
        NodeNumbers: {
            /**
             * Format: double
             * @description Dropped on the way, of what went in.
             */
            dropped_percent?: number | null;
            /**
             * Format: double
             * @description Refused or failed.
             */
            errors_per_s?: number | null;
            /**
             * Format: double
             * @description Came in.
             */
            in_per_s?: number | null;
            /**
             * Format: double
             * @description Went out.
             */
            out_per_s?: number | null;
            /**
             * Format: double
             * @description Room in them.
             */
            queue_capacity?: number | null;
            /**
             * Format: double
             * @description Waiting in queues, in the queue's unit.
             */
            queue_size?: number | null;
            /**
             * Format: double
             * @description Of a source: what no route takes; unknown where a record may go several ways.
             */
            unrouted_per_s?: number | null;
        };
        /** @description How a node is; for a pool, the worst of its members. */
        NodeState: {
            /** @description What is wrong, in a sentence. */
            error?: string | null;
            health?: components["schemas"]["Health"] | null;
            status?: components["schemas"]["Status"] | null;
            sync?: components["schemas"]["Sync"] | null;
        };
        /** @description One step of a route. */
        NodeStep: {
            /**
             * Format: double
             * @description Dropped, of what went in.
             */
            dropped_percent?: number | null;
            /** @description Its id in the pipeline. */
            id: string;
            /**
             * Format: double
             * @description Came in.
             */
            in_per_s?: number | null;
            /** @description What people see, where it differs from the id. */
            name?: string | null;
            /**
             * Format: double
             * @description Went out.
             */
            out_per_s?: number | null;
            /** @description The catalog's type. */
            type: string;
        };
        /** @description Answer of `GET overview`. Collectors in the archive are left out. */
        Overview: {
            /** @description When it was put together. */
            as_of: components["schemas"]["Timestamp"];
            /** @description How many are how. */
            collectors: components["schemas"]["OverviewCounts"];
            /** @description Whether delivery is stopped. */
            delivery: components["schemas"]["DeliveryState"];
            /**
             * Format: int64
             * @description How many run something else than they were given.
             */
            drifted: number;
            /** @description What failed and still does, newest first, then what failed in the last day and is over; at most 10. */
            failures: components["schemas"]["OverviewFailure"][];
            /** @description The repository. */
            repository: components["schemas"]["RepositoryState"];
            /** @description The routes that match most; at most 8. */
            top_routes: components["schemas"]["TopRoute"][];
            /** @description What the fleet takes in and gives out. */
            totals: components["schemas"]["FleetTotals"];
            /** @description By program and version, most first. */
            versions: components["schemas"]["VersionCount"][];
        };
        /** @description How many collectors are how. */
        OverviewCounts: {
            /** @description By the collector's own word. */
            health: {
                [key: string]: number;
            };
            /** @description By how they are managed. */
            mode: {
                [key: string]: number;
            };
            /** @description By connection. */
            status: {
                [key: string]: number;
            };
            /** @description By committed against running. */
            sync: {
                [key: string]: number;
            };
            /**
             * Format: int64
             * @description All.
             */
            total: number;
        };
        /** @description One collector that does not work. */
        OverviewFailure: {
            at?: components["schemas"]["Timestamp"] | null;
            /** @description Its id. */
            collector: string;
            /** @description `config_failed`: it refused a configuration. `health_failed`: it says of itself that it failed. */
            kind: string;
            /** @description Why. */
            message: string;
            /** @description What people call it. */
            name: string;
            /** @description It failed within the last day and works again. */
            over?: boolean;
        };
        /** @description One page of a list. */
        Page_Attempt: {
            /** @description The items, in the order of the list. */
            items: {
                /** @description When `state` last changed. */
                changed_at: components["schemas"]["Timestamp"];
                /** @description SHA-256 of the offered bytes, in hexadecimal. */
                hash: string;
                /** @description That the collector runs it is only concluded: its version reports nothing of it. */
                inferred?: boolean;
                /** @description Whether it was reported as applied after it had been taken for failed. */
                late?: boolean;
                /** @description When it was first offered. */
                offered_at: components["schemas"]["Timestamp"];
                /** @description The collector's own words, when it failed. */
                reason?: string | null;
                /** @description The revision it came from, where that is known. */
                revision?: string | null;
                /** @description Where it stands. */
                state: components["schemas"]["AttemptState"];
            }[];
            /** @description Pass it as `cursor` for the next page; absent on the last one. */
            next_cursor?: string | null;
            /**
             * Format: int64
             * @description How many items match in all, where that is cheap to know.
             */
            total?: number | null;
        };
        /** @description One page of a list. */
        Page_AuditEntry: {
            /** @description The items, in the order of the list. */
            items: {
                /** @description What, as `resource:verb`. */
                action: string;
                /** @description Who. */
                actor: components["schemas"]["Actor"];
                /** @description State after, redacted. */
                after?: Record<string, never> | null;
                /** @description When. */
                at: components["schemas"]["Timestamp"];
                /** @description State before, redacted. */
                before?: Record<string, never> | null;
                /** @description Hash over this entry and `previous_hash`. */
                hash: string;
                /** @description On what, for example `enrollment-tokens/4f2c`. */
                object: string;
                /** @description How it ended. */
                outcome: components["schemas"]["AuditOutcome"];
                /** @description Hash of the entry before. */
                previous_hash: string;
                /** @description Why it was refused or failed; or what a person said as reason. */
                reason?: string | null;
                /** @description The commit it made, where it made one. */
                revision?: string | null;
                /**
                 * Format: int64
                 * @description Position in the log; no gaps.
                 */
                seq: number;
            }[];
            /** @description Pass it as `cursor` for the next page; absent on the last one. */
            next_cursor?: string | null;
            /**
             * Format: int64
             * @description How many items match in all, where that is cheap to know.
             */
            total?: number | null;
        };
        /** @description One page of a list. */
        Page_Collector: {
            /** @description The items, in the order of the list. */
            items: {
                /** @description Whether it is in the archive: it stayed away, and is back as soon as its host is. */
                archived?: boolean;
                archived_at?: components["schemas"]["Timestamp"] | null;
                /** @description Why it was archived, where a person said so. */
                archived_reason?: string | null;
                connected_at?: components["schemas"]["Timestamp"] | null;
                /**
                 * Format: double
                 * @description Processor time of its process; 100 is one processor.
                 */
                cpu_percent?: number | null;
                desired?: components["schemas"]["DesiredRef"] | null;
                effective?: components["schemas"]["EffectiveRef"] | null;
                /** @description Groups it belongs to, by whatever way. */
                groups?: string[];
                /** @description The collector's own word on its health. */
                health: components["schemas"]["Health"];
                /** @description Why `health` is what it is, where the collector says. */
                health_reason?: string | null;
                /** @description Whether an operator holds its delivery. */
                held?: boolean;
                /** @description Host name as reported. */
                host?: string | null;
                /** @description Slug, unique, never changed. */
                id: string;
                /**
                 * Format: double
                 * @description Events per second that its sources take in; unknown where it reports no numbers now.
                 */
                in_per_s?: number | null;
                /** @description That it runs what it was offered is only concluded: its version reports nothing of it (Alloy before 1.12). */
                inferred?: boolean;
                /** @description Labels set by an operator or an enrollment token. */
                labels?: {
                    [key: string]: string;
                };
                last_seen_at?: components["schemas"]["Timestamp"] | null;
                /** @description Whether configuration is delivered, or the collector only observed. */
                managed?: boolean;
                /**
                 * Format: double
                 * @description Resident memory of its process.
                 */
                memory_bytes?: number | null;
                /** @description How it is managed. */
                mode: components["schemas"]["Mode"];
                /** @description What people see. */
                name: string;
                /** @description Why there are no numbers of it, where that is known. */
                numbers_reason?: string | null;
                /**
                 * Format: double
                 * @description Events per second that its destinations send.
                 */
                out_per_s?: number | null;
                /** @description Its version is older than the one that configurations are tested with. */
                outdated?: boolean;
                /** @description What the host says about itself; a claim, selectable under `reported.` only. */
                reported?: {
                    [key: string]: string;
                };
                runtime?: components["schemas"]["Runtime"] | null;
                /** @description The connection. */
                status: components["schemas"]["Status"];
                /** @description Committed against running. */
                sync: components["schemas"]["Sync"];
                /** @description Why `sync` is what it is, in a sentence, where there is something to say. */
                sync_reason?: string | null;
                /** @description Upstream only, or with the agent beside it. */
                tier: components["schemas"]["Tier"];
                token_minted_at?: components["schemas"]["Timestamp"] | null;
                /** @description The OpAMP instance uid it is bound to. */
                uid?: string | null;
                /** @description While `sync` is `pending`: what it waits for. */
                unsettled_reason?: string | null;
                /** @description Its version as reported. */
                version?: string | null;
            }[];
            /** @description Pass it as `cursor` for the next page; absent on the last one. */
            next_cursor?: string | null;
            /**
             * Format: int64
             * @description How many items match in all, where that is cheap to know.
             */
            total?: number | null;
        };
        /** @description One page of a list. */
        Page_EnrollmentToken: {
            /** @description The items, in the order of the list. */
            items: {
                /**
                 * Format: int64
                 * @description How long a host that joined with it may stay away until it is archived, in seconds.
                 */
                archive_after_s?: number | null;
                /** @description Ids of the collectors that joined with it. */
                collectors?: string[];
                /** @description When it was made. */
                created_at: components["schemas"]["Timestamp"];
                /** @description Who made it. */
                created_by: string;
                /** @description Until when it must be used first. */
                expires_at: components["schemas"]["Timestamp"];
                /** @description The known collector it is made for, if one. */
                for?: string | null;
                /** @description Groups it gives. */
                groups?: string[];
                /** @description Immutable id. */
                id: string;
                /** @description Labels it gives. */
                labels?: {
                    [key: string]: string;
                };
                /**
                 * Format: int32
                 * @description How many hosts may join with it.
                 */
                max_uses: number;
                /** @description What people see. */
                name?: string | null;
                /**
                 * Format: int64
                 * @description How long it stays archived until it is removed, in seconds.
                 */
                purge_after_s?: number | null;
                /** @description Where it stands. */
                state: components["schemas"]["TokenState"];
                /**
                 * Format: int32
                 * @description How many did.
                 */
                uses: number;
            }[];
            /** @description Pass it as `cursor` for the next page; absent on the last one. */
            next_cursor?: string | null;
            /**
             * Format: int64
             * @description How many items match in all, where that is cheap to know.
             */
            total?: number | null;
        };
        /** @description One page of a list. */
        Page_Event: {
            /** @description The items, in the order of the list. */
            items: {
                /** @description When it happened. */
                at: components["schemas"]["Timestamp"];
                /** @description The collector it is about, if it is about one. */
                collector?: string | null;
                /** @description Facts for programs; the keys depend on `kind`. */
                data?: Record<string, never>;
                /** @description Ordered: a later event has a greater id. Goes into `Last-Event-ID`. */
                id: string;
                /** @description What happened, for example `config_applied`. */
                kind: string;
                /** @description The same as a sentence. */
                message: string;
                /** @description How much it matters. */
                severity: components["schemas"]["Severity"];
            }[];
            /** @description Pass it as `cursor` for the next page; absent on the last one. */
            next_cursor?: string | null;
            /**
             * Format: int64
             * @description How many items match in all, where that is cheap to know.
             */
            total?: number | null;
        };
        /** @description One page of a list. */
        Page_Job: {
            /** @description The items, in the order of the list. */
            items: {
                /** @description What is done: one of the words of `act`, or `change`. */
                act: string;
                /** @description Who asked for it. */
                by: string;
                /**
                 * Format: int64
                 * @description Collectors to which it was done.
                 */
                done: number;
                /** @description Why not: the first 1000, and in the list of jobs the first 50. */
                errors?: components["schemas"]["JobError"][];
                /**
                 * Format: int64
                 * @description Collectors to which it could not be done.
                 */
                failed: number;
                finished_at?: components["schemas"]["Timestamp"] | null;
                /** @description Its id. */
                id: string;
                /** @description Since when. */
                started_at: components["schemas"]["Timestamp"];
                /** @description Where it stands. */
                state: components["schemas"]["JobState"];
                /**
                 * Format: int64
                 * @description Collectors that were chosen.
                 */
                total: number;
            }[];
            /** @description Pass it as `cursor` for the next page; absent on the last one. */
            next_cursor?: string | null;
            /**
             * Format: int64
             * @description How many items match in all, where that is cheap to know.
             */
            total?: number | null;
        };
        /** @description One page of a list. */
        Page_ListedEntity: {
            /** @description The items, in the order of the list. */
            items: {
                /** @description The entity as in the repository; credentials are redacted. */
                entity: Record<string, never>;
                /** @description For `If-Match`. */
                etag: string;
                /** @description Its id, the file's name. */
                id: string;
                /** @description Which kind. */
                kind: components["schemas"]["EntityKind"];
                /** @description The file in the repository. */
                path: string;
                /** @description Where it is defined: `fleet`, `groups/<group>` or `collectors/<collector>`; absent for tenant-wide kinds. */
                scope?: string | null;
            }[];
            /** @description Pass it as `cursor` for the next page; absent on the last one. */
            next_cursor?: string | null;
            /**
             * Format: int64
             * @description How many items match in all, where that is cheap to know.
             */
            total?: number | null;
        };
        /** @description One page of a list. */
        Page_MirrorFile: {
            /** @description The items, in the order of the list. */
            items: {
                /** @description When it was added. */
                added_at: components["schemas"]["Timestamp"];
                /** @description `amd64` or `arm64`. */
                arch: string;
                /** @description What it is, such as `otelcol-contrib`, `opampsupervisor` or `alloy`. */
                kind: string;
                /** @description Its file name. */
                name: string;
                /** @description SHA-256 of its content, in hexadecimal. */
                sha256: string;
                /**
                 * Format: int64
                 * @description Its length.
                 */
                size_bytes: number;
                /** @description Where hosts find it. */
                url: string;
                /** @description Its version, such as `0.158.0`. */
                version: string;
            }[];
            /** @description Pass it as `cursor` for the next page; absent on the last one. */
            next_cursor?: string | null;
            /**
             * Format: int64
             * @description How many items match in all, where that is cheap to know.
             */
            total?: number | null;
        };
        /** @description One page of a list. */
        Page_Revision: {
            /** @description The items, in the order of the list. */
            items: {
                /** @description When. */
                at: components["schemas"]["Timestamp"];
                /** @description Who made it. */
                author: string;
                /** @description The rest of the message. */
                body?: string;
                /** @description Whether it is in force: the newest valid revision is. */
                current?: boolean;
                /** @description Why it is not valid, for a revision pushed from elsewhere that is not. */
                invalid?: string | null;
                /** @description The commit's full id. */
                revision: string;
                /** @description First line of the message. */
                subject: string;
            }[];
            /** @description Pass it as `cursor` for the next page; absent on the last one. */
            next_cursor?: string | null;
            /**
             * Format: int64
             * @description How many items match in all, where that is cheap to know.
             */
            total?: number | null;
        };
        /** @description One page of a list. */
        Page_ServiceAccount: {
            /** @description The items, in the order of the list. */
            items: {
                /** @description When it was made. */
                created_at: components["schemas"]["Timestamp"];
                expires_at?: components["schemas"]["Timestamp"] | null;
                /** @description Immutable id. */
                id: string;
                /** @description What people see. */
                name: string;
                /** @description What the account may do. */
                role: components["schemas"]["Role"];
            }[];
            /** @description Pass it as `cursor` for the next page; absent on the last one. */
            next_cursor?: string | null;
            /**
             * Format: int64
             * @description How many items match in all, where that is cheap to know.
             */
            total?: number | null;
        };
        /** @description Body of `PATCH collectors/{id}`: what is absent stays. */
        PatchCollector: {
            /** @description All groups it shall belong to by name. */
            groups?: string[] | null;
            /** @description Labels to set; `null` removes one; those not named stay. */
            labels?: {
                [key: string]: string | null;
            };
            /** @description Deliver configuration, or only observe. */
            managed?: boolean | null;
            /** @description A new name; the id stays. */
            name?: string | null;
        };
        /** @description What a change would do. */
        Plan: {
            /**
             * Format: int64
             * @description How many collectors would get another configuration.
             */
            affected: number;
            /** @description The head it was planned on; send it back as `base`. */
            base: string;
            /** @description Final configurations that would change, one per class of collectors. */
            classes: components["schemas"]["AffectedClass"][];
            /** @description Files that would change; empty when the repository already says so. */
            files: components["schemas"]["FileDiff"][];
            /** @description What is allowed and probably not meant. */
            warnings?: components["schemas"]["Warning"][];
        };
        /**
         * @description What kind of caller it is.
         * @enum {string}
         */
        PrincipalKind: "user" | "service_account";
        /** @description Why a call was not done, in words for a person and a `type` for a program. */
        Problem: {
            /** @description On a conflict: the text that is stored now. */
            current?: string | null;
            /** @description On a conflict: the entity tag to send for an overwrite on purpose. */
            current_etag?: string | null;
            /** @description What happened here and what to do next. */
            detail?: string;
            /** @description What is wrong with the input, field by field. */
            errors?: components["schemas"]["FieldError"][];
            /** @description On a conflict: the text that was sent. */
            proposed?: string | null;
            /**
             * Format: int32
             * @description The HTTP status, repeated for readers that only have the body.
             */
            status: number;
            /** @description The kind in words; the same for every problem of this kind. */
            title: string;
            /** @description A stable name of the kind of problem, as in [`ProblemKind::uri`]. */
            type: string;
        };
        /** @description The collector's process. */
        ProcessThroughput: {
            /**
             * Format: double
             * @description Share of one core, in percent.
             */
            cpu_percent?: number | null;
            /**
             * Format: double
             * @description Resident memory in bytes.
             */
            memory_bytes?: number | null;
            /**
             * Format: int64
             * @description Restarts that were seen.
             */
            restarts?: number | null;
            /**
             * Format: double
             * @description Seconds since the process started.
             */
            uptime_s?: number | null;
        };
        /** @description Answer of `POST render`. */
        RenderAnswer: {
            /** @description SHA-256 of the delivered bytes, in hexadecimal. */
            hash: string;
            /** @description From every rendered component id back to what it was rendered from. */
            map?: {
                [key: string]: components["schemas"]["RenderedOrigin"];
            };
            /** @description The configuration, redacted unless asked otherwise. */
            text: string;
            /** @description What is allowed and probably not meant. */
            warnings?: components["schemas"]["Warning"][];
        };
        /** @description Body of `POST render`: either `collector`, or `runtime` with `entities`. */
        RenderRequest: {
            /** @description Render what this collector should run. */
            collector?: string | null;
            /** @description Entities by repository path. */
            entities?: {
                [key: string]: Record<string, never>;
            } | null;
            runtime?: components["schemas"]["Runtime"] | null;
            /** @description Render for this version of it; the tested one when absent. */
            version?: string | null;
            /** @description Show sealed credentials in clear; needs its own permission and is audited. */
            with_secrets?: boolean;
        };
        /** @description What a rendered component comes from. */
        RenderedOrigin: {
            /** @description The entity, as `kind/id`, for example `sources/app-otlp`. */
            entity: string;
            /** @description The stage within it. */
            stage: string;
        };
        /** @description Where the repository stands. */
        RepositoryState: {
            /** @description The revision in force. */
            revision: string;
            /** @description Whether it is the newest; otherwise the newest is not valid. */
            valid: boolean;
        };
        /** @description Body of `POST restore`: a new commit that brings an old state back. */
        RestoreRequest: {
            /** @description The commit's message. */
            message?: string | null;
            /** @description Only these paths; everything but the registry when absent. */
            paths?: string[] | null;
            /** @description The revision to bring back. */
            revision: string;
        };
        /** @description One row of `GET revisions`, newest first. */
        Revision: {
            /** @description When. */
            at: components["schemas"]["Timestamp"];
            /** @description Who made it. */
            author: string;
            /** @description The rest of the message. */
            body?: string;
            /** @description Whether it is in force: the newest valid revision is. */
            current?: boolean;
            /** @description Why it is not valid, for a revision pushed from elsewhere that is not. */
            invalid?: string | null;
            /** @description The commit's full id. */
            revision: string;
            /** @description First line of the message. */
            subject: string;
        };
        /** @description Answer of `GET revisions/{rev}`. */
        RevisionDetail: components["schemas"]["Revision"] & {
            /** @description Files it changed, with their differences. */
            files: components["schemas"]["FileDiff"][];
            /** @description The commit before; absent for the first. */
            parent?: string | null;
        };
        /**
         * @description What a user or a service account may do.
         * @enum {string}
         */
        Role: "admin" | "operator" | "pipeline_engineer" | "viewer";
        /**
         * @description The upstream program.
         * @enum {string}
         */
        Runtime: "otelcol" | "alloy";
        /** @description Answer of a `PUT` or `DELETE` of one entity. */
        Saved: {
            /** @description The new entity tag; absent after a deletion. */
            etag?: string | null;
            /** @description The commit that holds it. */
            revision: string;
            /** @description What is allowed and probably not meant. */
            warnings?: components["schemas"]["Warning"][];
        };
        /** @description `POST seal`. */
        SealRequest: {
            /** @description Its field, such as `credentials.password`. */
            field: string;
            /** @description Path of the file that will hold the credential. */
            path: string;
            /**
             * Format: password
             * @description The credential in clear.
             */
            value: string;
        };
        /** @description A sealed credential; it opens only in that field of that file. */
        SealedValue: {
            /** @description What to write as `{$sealed: …}`. */
            sealed: string;
        };
        /** @description Answer of `GET server/health`. */
        ServerHealth: {
            certificate_expires_at?: components["schemas"]["Timestamp"] | null;
            /** @description Its parts. */
            checks: components["schemas"]["Check"][];
            /** @description Collectors by status. */
            collectors: components["schemas"]["CollectorCounts"];
            /** @description Whether delivery is stopped. */
            delivery: components["schemas"]["DeliveryState"];
            /** @description The head of the branch, when it is not valid and therefore not in force. */
            invalid_head?: string | null;
            /** @description The revision in force; absent while the repository is empty. */
            revision?: string | null;
            /** @description When this process started. */
            started_at: components["schemas"]["Timestamp"];
            /** @description The worst of the checks. */
            status: components["schemas"]["CheckStatus"];
            /** @description Version of the server. */
            version: string;
        };
        /** @description One row of `GET service-accounts`. */
        ServiceAccount: {
            /** @description When it was made. */
            created_at: components["schemas"]["Timestamp"];
            expires_at?: components["schemas"]["Timestamp"] | null;
            /** @description Immutable id. */
            id: string;
            /** @description What people see. */
            name: string;
            /** @description What the account may do. */
            role: components["schemas"]["Role"];
        };
        /** @description Answer of `POST setup` and `POST session`; the session itself travels as a cookie. */
        SessionAnswer: {
            /** @description Carried in `X-CSRF-Token` by every mutation that authenticates with the cookie. */
            csrf_token: string;
            /** @description Who signed in. */
            user: components["schemas"]["User"];
        };
        /** @description Body of `POST session`: signs in. */
        SessionRequest: {
            /**
             * Format: password
             * @description The password of that user.
             */
            password: string;
            /** @description Name to sign in with. */
            username: string;
        };
        /** @description Body of `POST setup`: makes the first administrator, once. */
        SetupRequest: {
            /**
             * Format: password
             * @description The password to set.
             */
            password: string;
            /** @description The one-time token that the server printed at its first start. */
            setup_token: string;
            /** @description Name to sign in with. */
            username: string;
        };
        /**
         * @description How much an event matters.
         * @enum {string}
         */
        Severity: "info" | "warning" | "error";
        /**
         * @description A signal of OpenTelemetry.
         * @enum {string}
         */
        Signal: "logs" | "metrics" | "traces";
        /**
         * @description Whether a route can match what a source offers.
         * @enum {string}
         */
        SourceMatch: "in" | "out" | "?";
        /**
         * @description The connection of a collector.
         * @enum {string}
         */
        Status: "awaiting_connection" | "connected" | "disconnected";
        /**
         * @description Committed against running.
         * @enum {string}
         */
        Sync: "in_sync" | "pending" | "drifted" | "failed" | "held" | "unknown";
        /** @description Answer of `GET collectors/{id}/throughput`. */
        Throughput: {
            as_of?: components["schemas"]["Timestamp"] | null;
            /** @description Per component and signal. */
            components?: components["schemas"]["ComponentThroughput"][];
            /**
             * Format: double
             * @description The span that the rates are taken over, in seconds.
             */
            interval_s?: number | null;
            /** @description The collector process. */
            process?: components["schemas"]["ProcessThroughput"];
            /** @description With `from`, `to` or `step_s`: the same at each step, oldest first. */
            series?: components["schemas"]["Throughput"][];
        };
        /**
         * @description Upstream only, or with the agent.
         * @enum {string}
         */
        Tier: "standards" | "managed";
        /**
         * Format: date-time
         * @description An RFC 3339 time in UTC, for example `2026-03-01T09:30:00Z`.
         */
        Timestamp: string;
        /**
         * @description Where an enrollment token stands.
         * @enum {string}
         */
        TokenState: "active" | "used" | "expired" | "revoked";
        /** @description A route with what it takes, in events per second. */
        TopRoute: {
            /**
             * Format: double
             * @description What its filter took.
             */
            matched_per_s?: number | null;
            /** @description What people see. */
            name: string;
            /**
             * Format: double
             * @description What its sources offered.
             */
            offered_per_s?: number | null;
            /** @description Its file. */
            path: string;
        };
        /** @description Answer of `GET topology`. Rates are events per second. */
        Topology: {
            /** @description When it was put together. */
            as_of: components["schemas"]["Timestamp"];
            /** @description The collectors of this part of the fleet. */
            collectors: components["schemas"]["TopologyCounts"];
            /** @description At most 2000, in the order of their ids. */
            edges: components["schemas"]["TopologyEdge"][];
            /** @description The group, label value or collector; absent for the fleet. */
            id?: string | null;
            /**
             * Format: int32
             * @description Time between two points of a series, in seconds.
             */
            interval_s: number;
            /** @description Which part of the fleet this is. */
            level: components["schemas"]["TopologyLevel"];
            /** @description At most 200, in the order of kind and id. */
            nodes: components["schemas"]["TopologyNode"][];
            /** @description What a reader should know about the numbers, in sentences. */
            notes?: string[];
            /** @description The revision that it follows. */
            revision: string;
            /** @description Some nodes stand for several that are not drawn, or edges are left out. */
            truncated?: boolean;
        };
        /** @description How many collectors there are. */
        TopologyCounts: {
            /**
             * Format: int64
             * @description Connected.
             */
            connected: number;
            /**
             * Format: int64
             * @description With numbers that hold now.
             */
            reporting: number;
            /**
             * Format: int64
             * @description All.
             */
            total: number;
        };
        /** @description One edge. Rates are events per second. */
        TopologyEdge: {
            /**
             * Format: double
             * @description Given up by the sender, or refused at the other end.
             */
            errors_per_s?: number | null;
            /** @description The node that it leaves. */
            from: string;
            /** @description Stays the same as long as its ends and kind do. */
            id: string;
            /** @description What it is. */
            kind: components["schemas"]["EdgeKind"];
            /**
             * Format: double
             * @description Sent and not received; unknown, with a note, where an end does not report in full.
             */
            lost_per_s?: number | null;
            /**
             * Format: double
             * @description Matched by the route.
             */
            matched_per_s?: number | null;
            /**
             * Format: double
             * @description Offered to a route, or handed to a destination.
             */
            offered_per_s?: number | null;
            /**
             * Format: double
             * @description Received at the other end.
             */
            received_per_s?: number | null;
            /**
             * Format: double
             * @description Sent.
             */
            sent_per_s?: number | null;
            /** @description The last minutes, oldest first: what was matched or sent. Empty or 20 points. */
            series?: (number | null)[];
            /** @description The node that it reaches. */
            to: string;
        };
        /**
         * @description Which part of the fleet is drawn.
         * @enum {string}
         */
        TopologyLevel: "fleet" | "group" | "collector";
        /** @description One node. */
        TopologyNode: {
            /** @description Of a route: whether it can match what a source offers, by the id of the source's node. */
            badges?: {
                [key: string]: components["schemas"]["SourceMatch"];
            };
            /**
             * Format: int64
             * @description How many collectors run it, or are in it.
             */
            collectors: number;
            /** @description Stays the same as long as what it stands for does. */
            id: string;
            /** @description What it is. */
            kind: components["schemas"]["NodeKind"];
            /** @description What people see. */
            name: string;
            /** @description The numbers now. */
            numbers?: components["schemas"]["NodeNumbers"];
            /** @description The file of the entity in the repository. */
            path?: string | null;
            /** @description Of a route: its pipeline. */
            pipeline?: string | null;
            /**
             * Format: int64
             * @description How many of them have numbers that hold now; the numbers are sums over these.
             */
            reporting: number;
            /** @description The scope of the entity. */
            scope?: string | null;
            /**
             * @description The last minutes, oldest first, `interval_s` apart: what a source took in, a route matched, a destination or collectors
             *     sent. Empty or 20 points.
             */
            series?: (number | null)[];
            /** @description The signals that pass. */
            signals?: components["schemas"]["Signal"][];
            /** @description How it is. */
            state?: components["schemas"]["NodeState"];
            /** @description Of a route with a pipeline: its steps, in order. */
            steps?: components["schemas"]["NodeStep"][];
            /** @description The catalog's type, or `link`. */
            type?: string | null;
        };
        /** @description A person who can sign in. */
        User: {
            /** @description Immutable id. */
            id: string;
            /** @description What the user may do. */
            role: components["schemas"]["Role"];
            /** @description Name to sign in with. */
            username: string;
        };
        /** @description How many run a version. */
        VersionCount: {
            /**
             * Format: int64
             * @description How many collectors.
             */
            count: number;
            /** @description It is older than the version that configurations are tested with. */
            outdated: boolean;
            /** @description The program. */
            runtime: components["schemas"]["Runtime"];
            /** @description Its version; absent where none is reported. */
            version?: string | null;
        };
        /** @description Something that is allowed and probably not meant. */
        Warning: {
            /** @description The sentence. */
            message: string;
            /** @description The file and field, as in [`super::FieldError::path`]; empty where it is about no single file. */
            path?: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    audit_list: {
        parameters: {
            query?: {
                /** @description At most so many items. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Only by this actor (name or id). */
                actor?: string;
                /** @description Only this action. */
                action?: string;
                /** @description Only objects that start so. */
                object?: string;
                /** @description Not before. */
                from?: components["schemas"]["Timestamp"];
                /** @description Not after. */
                to?: components["schemas"]["Timestamp"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_AuditEntry"];
                };
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    history_blame: {
        parameters: {
            query: {
                /** @description Path of the file in the repository. */
                path: string;
                /** @description As of this revision; the newest when absent. */
                revision?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Blame"];
                };
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    catalog_list: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CatalogList"];
                };
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    catalog_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `sources`, `steps` or `destinations` */
                kind: string;
                type: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CatalogEntry"];
                };
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    configuration_change: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repeated request happen once; the repetition is answered alike */
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Change"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChangeAnswer"];
                };
            };
            /** @description Files moved on */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It is not valid */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    collectors_list: {
        parameters: {
            query?: {
                /** @description At most so many items. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Only this status. */
                status?: components["schemas"]["Status"];
                /** @description Only this sync badge. */
                sync?: components["schemas"]["Sync"];
                /** @description Only this health badge. */
                health?: components["schemas"]["Health"];
                /** @description Only this mode. */
                mode?: components["schemas"]["Mode"];
                /** @description Only with this label, written `key=value`; may be repeated. */
                label?: string[];
                /** @description Only in this group. */
                group?: string;
                /** @description A query in the query language. */
                q?: string;
                /** @description Only this program. */
                runtime?: components["schemas"]["Runtime"];
                /** @description Only this version, as reported. */
                version?: string;
                /** @description Only those older than the version that configurations are tested with, or only the others. */
                outdated?: boolean;
                /**
                 * @description `id`, `name`, `status`, `sync`, `health`, `version`, `last_seen_at` or `rate`; with `-` before it the other way round. What is
                 *     unknown stands last. A cursor holds for the order that it came from.
                 */
                sort?: string;
                /** @description Those in the archive: left out when absent. */
                archived?: "false" | "true" | "all";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Collector"];
                };
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    collectors_create: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repeated request happen once */
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateCollector"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Collector"];
                };
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    collectors_bulk: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repeated request happen once; the repetition is answered with the job that the first one began */
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BulkRequest"];
            };
        };
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description More match than `expected`, or the first request with this key is at work */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    collectors_facets: {
        parameters: {
            query?: {
                /** @description Only the collectors that this query in the query language means. */
                q?: string;
                /** @description Only this label, and more of its values. */
                key?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Facets"];
                };
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    collectors_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                collector: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Collector"];
                };
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    collectors_remove: {
        parameters: {
            query?: {
                /**
                 * @description `true`: its credential ends at once, without waiting until it runs nothing, and so do those of all who had its name
                 *     before. An Alloy whose host reboots afterwards does not start.
                 */
                now?: string;
            };
            header?: never;
            path: {
                collector: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Removed, or leaving */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    collectors_patch: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                collector: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PatchCollector"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Collector"];
                };
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    collectors_archive: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                collector: string;
            };
            cookie?: never;
        };
        /** @description May be absent */
        requestBody: {
            content: {
                "application/json": components["schemas"]["ArchiveRequest"];
            };
        };
        responses: {
            /** @description Archived */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    collectors_attempts: {
        parameters: {
            query?: {
                /** @description At most so many items. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path: {
                collector: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Attempt"];
                };
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    collectors_components: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                collector: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CollectorComponents"];
                };
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    collectors_config: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                collector: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CollectorConfig"];
                };
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    collectors_drift: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                collector: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Drift"];
                };
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    collectors_events: {
        parameters: {
            query?: {
                /** @description At most so many items. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Only of this collector. */
                collector?: string;
                /** @description Only of this kind. */
                kind?: string;
                /** @description Only of this severity. */
                severity?: components["schemas"]["Severity"];
            };
            header?: never;
            path: {
                collector: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Event"];
                };
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delivery_hold: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                collector: string;
            };
            cookie?: never;
        };
        /** @description May be absent */
        requestBody: {
            content: {
                "application/json": components["schemas"]["HoldRequest"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Collector"];
                };
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    collectors_intent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                collector: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Intent"];
                };
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delivery_release: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                collector: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Collector"];
                };
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delivery_restart: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                collector: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Collector"];
                };
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delivery_retry: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                collector: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Collector"];
                };
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    collectors_throughput: {
        parameters: {
            query?: {
                /** @description Start of the span; 24 hours back at most. */
                from?: components["schemas"]["Timestamp"];
                /** @description End of the span; now when absent. */
                to?: components["schemas"]["Timestamp"];
                /** @description Width of one step, in seconds. */
                step_s?: number;
            };
            header?: never;
            path: {
                collector: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Throughput"];
                };
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    collectors_mint: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                collector: string;
            };
            cookie?: never;
        };
        /** @description May be absent */
        requestBody: {
            content: {
                "application/json": components["schemas"]["MintToken"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MintedToken"];
                };
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    collectors_revoke: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                collector: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Revoked */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    collectors_unarchive: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                collector: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Not archived any more */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    configuration_get_of_collector: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                collector: string;
                /** @description `sources`, `routes` or `destinations` */
                kind: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The entity as in the repository. With `Accept: application/yaml` its text, comments and all. Credentials are `{$sealed: true}` */
            200: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                    "application/yaml": string;
                };
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    configuration_put_of_collector: {
        parameters: {
            query?: never;
            header?: {
                /** @description The entity tag that this is based on */
                "If-Match"?: string | null;
                /** @description `*` to create */
                "If-None-Match"?: string | null;
            };
            path: {
                collector: string;
                /** @description `sources`, `routes` or `destinations` */
                kind: string;
                id: string;
            };
            cookie?: never;
        };
        /** @description The entity, or its YAML text, which is kept byte for byte; credentials in it are sealed where they stand, and `{$sealed: true}` keeps what is stored */
        requestBody: {
            content: {
                "application/json": Record<string, never>;
                "application/yaml": string;
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Saved"];
                };
            };
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Saved"];
                };
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    configuration_delete_of_collector: {
        parameters: {
            query?: never;
            header?: {
                /** @description Only as it was seen */
                "If-Match"?: string | null;
            };
            path: {
                collector: string;
                /** @description `sources`, `routes` or `destinations` */
                kind: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Saved"];
                };
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delivery_freeze: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description May be absent */
        requestBody: {
            content: {
                "application/json": components["schemas"]["FreezeRequest"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeliveryState"];
                };
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delivery_unfreeze: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeliveryState"];
                };
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    configuration_destinations: {
        parameters: {
            query?: {
                /** @description At most so many items. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Only of this scope. */
                scope?: string;
                /** @description Only with this word in id or name. */
                q?: string;
                /** @description Only of this catalog type. */
                type?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_ListedEntity"];
                };
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    history_diff: {
        parameters: {
            query: {
                /** @description The older revision (an id, a unique prefix of one, or `HEAD~n`). */
                from: string;
                /** @description The newer revision; the head when absent. */
                to?: string;
                /** @description Only the final configuration of this collector. */
                collector?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Diff"];
                };
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    downloads_alloy: {
        parameters: {
            query?: {
                /** @description The collector's id, where no token says it; otherwise the host says its own name. */
                collector?: string;
                /** @description The path of a file on the host that holds the token; then it is not in this one. */
                token_file?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    downloads_script: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/x-shellscript": string;
                };
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    downloads_checksums: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    downloads_manifest: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_MirrorFile"];
                };
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    downloads_file: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                kind: string;
                version: string;
                arch: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": unknown;
                };
            };
            /** @description The part */
            206: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It is unchanged */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description There is no such part */
            416: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    downloads_supervisor: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/yaml": string;
                };
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    enrollment_tokens_list: {
        parameters: {
            query?: {
                /** @description At most so many items. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_EnrollmentToken"];
                };
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    enrollment_tokens_create: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repeated request happen once; the repetition answers 409, because the token is shown once */
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateEnrollmentToken"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedEnrollmentToken"];
                };
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    enrollment_tokens_check: {
        parameters: {
            query?: {
                /** @description `new` asks whether a host that never connected could join; a token that is used up is then refused. */
                host?: "new" | "any";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is valid */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It is not */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    enrollment_tokens_revoke: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Revoked */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    events_events: {
        parameters: {
            query?: {
                /** @description At most so many items. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Only of this collector. */
                collector?: string;
                /** @description Only of this kind. */
                kind?: string;
                /** @description Only of this severity. */
                severity?: components["schemas"]["Severity"];
            };
            header?: {
                /** @description Go on behind this event */
                "Last-Event-ID"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Event"];
                    "text/event-stream": components["schemas"]["Event"];
                };
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    configuration_get_of_fleet: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `sources`, `routes` or `destinations` */
                kind: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The entity as in the repository. With `Accept: application/yaml` its text, comments and all. Credentials are `{$sealed: true}` */
            200: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                    "application/yaml": string;
                };
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    configuration_put_of_fleet: {
        parameters: {
            query?: never;
            header?: {
                /** @description The entity tag that this is based on */
                "If-Match"?: string | null;
                /** @description `*` to create */
                "If-None-Match"?: string | null;
            };
            path: {
                /** @description `sources`, `routes` or `destinations` */
                kind: string;
                id: string;
            };
            cookie?: never;
        };
        /** @description The entity, or its YAML text, which is kept byte for byte; credentials in it are sealed where they stand, and `{$sealed: true}` keeps what is stored */
        requestBody: {
            content: {
                "application/json": Record<string, never>;
                "application/yaml": string;
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Saved"];
                };
            };
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Saved"];
                };
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    configuration_delete_of_fleet: {
        parameters: {
            query?: never;
            header?: {
                /** @description Only as it was seen */
                "If-Match"?: string | null;
            };
            path: {
                /** @description `sources`, `routes` or `destinations` */
                kind: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Saved"];
                };
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    configuration_groups: {
        parameters: {
            query?: {
                /** @description At most so many items. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Only of this scope. */
                scope?: string;
                /** @description Only with this word in id or name. */
                q?: string;
                /** @description Only of this catalog type. */
                type?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_ListedEntity"];
                };
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    configuration_get_group: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                group: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The entity as in the repository. With `Accept: application/yaml` its text, comments and all. Credentials are `{$sealed: true}` */
            200: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                    "application/yaml": string;
                };
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    configuration_put_group: {
        parameters: {
            query?: never;
            header?: {
                /** @description The entity tag that this is based on */
                "If-Match"?: string | null;
                /** @description `*` to create */
                "If-None-Match"?: string | null;
            };
            path: {
                group: string;
            };
            cookie?: never;
        };
        /** @description The entity, or its YAML text, which is kept byte for byte; credentials in it are sealed where they stand, and `{$sealed: true}` keeps what is stored */
        requestBody: {
            content: {
                "application/json": Record<string, never>;
                "application/yaml": string;
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Saved"];
                };
            };
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Saved"];
                };
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    configuration_delete_group: {
        parameters: {
            query?: never;
            header?: {
                /** @description Only as it was seen */
                "If-Match"?: string | null;
            };
            path: {
                group: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Saved"];
                };
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    configuration_get_of_group: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                group: string;
                /** @description `sources`, `routes` or `destinations` */
                kind: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The entity as in the repository. With `Accept: application/yaml` its text, comments and all. Credentials are `{$sealed: true}` */
            200: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                    "application/yaml": string;
                };
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    configuration_put_of_group: {
        parameters: {
            query?: never;
            header?: {
                /** @description The entity tag that this is based on */
                "If-Match"?: string | null;
                /** @description `*` to create */
                "If-None-Match"?: string | null;
            };
            path: {
                group: string;
                /** @description `sources`, `routes` or `destinations` */
                kind: string;
                id: string;
            };
            cookie?: never;
        };
        /** @description The entity, or its YAML text, which is kept byte for byte; credentials in it are sealed where they stand, and `{$sealed: true}` keeps what is stored */
        requestBody: {
            content: {
                "application/json": Record<string, never>;
                "application/yaml": string;
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Saved"];
                };
            };
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Saved"];
                };
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    configuration_delete_of_group: {
        parameters: {
            query?: never;
            header?: {
                /** @description Only as it was seen */
                "If-Match"?: string | null;
            };
            path: {
                group: string;
                /** @description `sources`, `routes` or `destinations` */
                kind: string;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Saved"];
                };
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    jobs_list: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Job"];
                };
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    jobs_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    jobs_cancel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    configuration_links: {
        parameters: {
            query?: {
                /** @description At most so many items. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Only of this scope. */
                scope?: string;
                /** @description Only with this word in id or name. */
                q?: string;
                /** @description Only of this catalog type. */
                type?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_ListedEntity"];
                };
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    configuration_get_link: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The entity as in the repository. With `Accept: application/yaml` its text, comments and all. Credentials are `{$sealed: true}` */
            200: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                    "application/yaml": string;
                };
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    configuration_put_link: {
        parameters: {
            query?: never;
            header?: {
                /** @description The entity tag that this is based on */
                "If-Match"?: string | null;
                /** @description `*` to create */
                "If-None-Match"?: string | null;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        /** @description The entity, or its YAML text, which is kept byte for byte; credentials in it are sealed where they stand, and `{$sealed: true}` keeps what is stored */
        requestBody: {
            content: {
                "application/json": Record<string, never>;
                "application/yaml": string;
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Saved"];
                };
            };
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Saved"];
                };
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    configuration_delete_link: {
        parameters: {
            query?: never;
            header?: {
                /** @description Only as it was seen */
                "If-Match"?: string | null;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Saved"];
                };
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    links_traffic: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                link: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LinkTraffic"];
                };
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    session_me: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    server_metrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    mirror_list: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_MirrorFile"];
                };
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    mirror_add: {
        parameters: {
            query?: {
                /** @description SHA-256 in hexadecimal; anything else is refused. */
                sha256?: string;
            };
            header?: never;
            path: {
                kind: string;
                version: string;
                arch: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": number[];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MirrorFile"];
                };
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    mirror_remove: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                kind: string;
                version: string;
                arch: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    mirror_verify: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                kind: string;
                version: string;
                arch: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MirrorCheck"];
                };
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    server_document: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    overview_overview: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Overview"];
                };
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    configuration_pipelines: {
        parameters: {
            query?: {
                /** @description At most so many items. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Only of this scope. */
                scope?: string;
                /** @description Only with this word in id or name. */
                q?: string;
                /** @description Only of this catalog type. */
                type?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_ListedEntity"];
                };
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    configuration_get_pipeline: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The entity as in the repository. With `Accept: application/yaml` its text, comments and all. Credentials are `{$sealed: true}` */
            200: {
                headers: {
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                    "application/yaml": string;
                };
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    configuration_put_pipeline: {
        parameters: {
            query?: never;
            header?: {
                /** @description The entity tag that this is based on */
                "If-Match"?: string | null;
                /** @description `*` to create */
                "If-None-Match"?: string | null;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        /** @description The entity, or its YAML text, which is kept byte for byte; credentials in it are sealed where they stand, and `{$sealed: true}` keeps what is stored */
        requestBody: {
            content: {
                "application/json": Record<string, never>;
                "application/yaml": string;
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Saved"];
                };
            };
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Saved"];
                };
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    configuration_delete_pipeline: {
        parameters: {
            query?: never;
            header?: {
                /** @description Only as it was seen */
                "If-Match"?: string | null;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Saved"];
                };
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    collectors_remotecfg: {
        parameters: {
            query?: {
                /** @description The collector; may be absent where its own token is sent. */
                collector?: string;
                /** @description `true`: with credentials in clear, which takes its own permission and is audited. The collector's own token always sees them. */
                with_secrets?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description Not modified */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    configuration_render: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RenderRequest"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RenderAnswer"];
                };
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    history_restore: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RestoreRequest"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Committed"];
                };
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    history_list: {
        parameters: {
            query?: {
                /** @description At most so many items. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Revision"];
                };
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    history_get: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description An id, a unique beginning of one, `HEAD` or `HEAD~n` */
                revision: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RevisionDetail"];
                };
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    configuration_routes: {
        parameters: {
            query?: {
                /** @description At most so many items. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Only of this scope. */
                scope?: string;
                /** @description Only with this word in id or name. */
                q?: string;
                /** @description Only of this catalog type. */
                type?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_ListedEntity"];
                };
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    configuration_seal: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SealRequest"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SealedValue"];
                };
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    server_backup: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-tar": string;
                };
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    server_health: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServerHealth"];
                };
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    service_accounts_list: {
        parameters: {
            query?: {
                /** @description At most so many items. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_ServiceAccount"];
                };
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    service_accounts_create: {
        parameters: {
            query?: never;
            header?: {
                /** @description Makes a repeated request happen once; the repetition answers 409, because the token is shown once */
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateServiceAccount"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedServiceAccount"];
                };
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    service_accounts_remove: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Removed */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    session_sign_in: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SessionRequest"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionAnswer"];
                };
            };
            /** @description Too many failed attempts */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    session_sign_out: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Signed out */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    session_set_up: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SetupRequest"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionAnswer"];
                };
            };
            /** @description There is an administrator already */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    configuration_sources: {
        parameters: {
            query?: {
                /** @description At most so many items. */
                limit?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description Only of this scope. */
                scope?: string;
                /** @description Only with this word in id or name. */
                q?: string;
                /** @description Only of this catalog type. */
                type?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_ListedEntity"];
                };
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    topology_topology: {
        parameters: {
            query?: {
                /** @description Which part of the fleet; `fleet` when absent. */
                level?: components["schemas"]["TopologyLevel"];
                /** @description The group or collector; with `by`, the value of that label. */
                id?: string;
                /** @description Only this signal. */
                signal?: components["schemas"]["Signal"];
                /** @description The label whose values make the pools; groups when absent. */
                by?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Topology"];
                };
            };
            /** @description Why it was not done */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
