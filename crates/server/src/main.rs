//! `linkmesh-server`: parse, assemble, serve, drain.

use std::io::Write as _;
use std::process::ExitCode;

use clap::Parser as _;
use linkmesh_server::settings::Settings;
use linkmesh_server::{admin, http, logging};

mod args;

use args::{AdminAction, Args, Command, ConfigAction};

fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(cause) => {
            // One line, whatever the cause: scripts and journals read it.
            let mut line = cause.to_string();
            for cause in cause.chain().skip(1) {
                line = format!("{line}: {cause}");
            }
            drop(writeln!(std::io::stderr(), "linkmesh-server: {}", line.replace('\n', " ")));
            ExitCode::FAILURE
        }
    }
}

fn run(args: &Args) -> anyhow::Result<()> {
    let settings = || Settings::load(args.config.as_deref(), &std::env::vars().collect(), args.given());
    match &args.command {
        None => serve(&settings()?),
        Some(Command::Config { action: ConfigAction::Print }) => say(settings()?.print().trim_end()),
        Some(Command::Config { action: ConfigAction::Check }) => settings().map(drop).map_err(Into::into),
        Some(Command::Openapi) => say(http::openapi_json().trim_end()),
        Some(Command::Recover { lasts, collectors, all_listed }) => {
            let settings = settings()?;
            logging::start(&settings.log, settings.log_format)?;
            let named = (!all_listed).then_some(collectors.as_slice());
            let open = admin::recover(&settings, named, *lasts)?;
            say(&format!(
                "{} collectors may come back until {}; start the server now",
                open.collectors.len(),
                open.until
            ))
        }
        Some(Command::Backup { file }) => {
            let settings = settings()?;
            logging::start(&settings.log, settings.log_format)?;
            let about = linkmesh_server::backup::backup(&settings, file)?;
            say(&format!("{} holds everything up to revision {}", file.display(), about.revision))?;
            say("IT HOLDS THE KEYS: whoever has this file can open every credential and act as this server")
        }
        Some(Command::Restore { file, force }) => {
            let settings = settings()?;
            logging::start(&settings.log, settings.log_format)?;
            let restored = linkmesh_server::backup::restore(&settings, file, *force)?;
            if let Some(aside) = &restored.moved_to {
                say(&format!("what was there before is in {}; it holds keys too", aside.display()))?;
            }
            let (into, about) = (settings.data_dir.display(), &restored.about);
            say(&format!("{into} is as it was at {}; start the server now", about.made_at))
        }
        Some(Command::Admin { action }) => {
            let settings = settings()?;
            logging::start(&settings.log, settings.log_format)?;
            match action {
                AdminAction::Create { username } => admin::create(&settings, username, &password()?)?,
                AdminAction::ResetPassword { username } => {
                    admin::reset_password(&settings, username, &password()?)?;
                }
            }
            Ok(())
        }
    }
}

fn serve(settings: &Settings) -> anyhow::Result<()> {
    logging::start(&settings.log, settings.log_format)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let running = linkmesh_server::start(settings.clone()).await?;
        say(&format!("listening on {}://{}", running.scheme, running.address))?;
        if let Some(token) = &running.setup_token {
            say(&format!("set up this server at {}/setup?token={token}", running.plane.external_url()))?;
        }
        linkmesh_server::assemble::asked_to_stop().await?;
        tracing::info!("stopping");
        running.stop().await;
        Ok(())
    })
}

fn say(line: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()?;
    Ok(())
}

fn password() -> anyhow::Result<String> {
    use std::io::IsTerminal as _;
    if std::io::stdin().is_terminal() {
        return Ok(rpassword::prompt_password("new password: ")?);
    }
    let mut line = String::new();
    std::io::stdin().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
