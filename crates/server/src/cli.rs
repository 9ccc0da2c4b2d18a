//! The command line.

use crate::{answers, demo, house, house::Settings, operations, serve};
use clap::{Parser, Subcommand};
use kernel::Refusal;
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};
use store::{Store, SystemClock, checkpoint};
use tracing_subscriber::{filter::Targets, layer::SubscriberExt, util::SubscriberInitExt};
use web::{Lang, Words, words::Reader};

/// Every permission in this trade is countersigned.
#[derive(Parser)]
#[command(name = "countersign", version, about)]
struct Cli {
    /// What is logged: error, warn, info, debug or trace, for all or for some: warn,store=debug.
    #[arg(long, env = "COUNTERSIGN_LOG", default_value = "info", global = true)]
    log: Targets,
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Args, Clone)]
struct Where {
    /// Where the database file, keys, blobs and checkpoints are.
    #[arg(long, env = "COUNTERSIGN_DATA", default_value = "data")]
    data: PathBuf,
    /// A PostgreSQL URL; without one, SQLite in the data directory.
    #[arg(long, env = "COUNTERSIGN_DATABASE")]
    database: Option<String>,
    /// A pack that applies to everyone, such as guide_2024. May be given more than once.
    #[arg(long = "pack", env = "COUNTERSIGN_PACKS", value_delimiter = ',')]
    packs: Vec<String>,
    /// The secret that the house's keys are bound to; needed beyond loopback. Better set by the environment than typed.
    #[arg(long, env = "COUNTERSIGN_SECRET", hide_env_values = true)]
    secret: Option<String>,
}

#[derive(Subcommand)]
enum Command {
    /// Serve.
    Serve {
        #[command(flatten)]
        place: Where,
        /// The address to listen on.
        #[arg(long, env = "COUNTERSIGN_LISTEN", default_value = "127.0.0.1:8080")]
        listen: SocketAddr,
        /// The address that people type.
        #[arg(long, env = "COUNTERSIGN_BASE_URL")]
        base_url: Option<String>,
        /// A proxy that ends TLS, as an address or a net. May be given more than once.
        #[arg(long = "trusted-proxy", env = "COUNTERSIGN_TRUSTED_PROXIES", value_delimiter = ',')]
        trusted_proxies: Vec<web::origin::Net>,
        /// The zone of readers who have chosen none.
        #[arg(long, env = "COUNTERSIGN_ZONE", default_value = "UTC", value_parser = zone)]
        zone: String,
        #[command(flatten)]
        mail: Mail,
    },
    /// Serve a fresh, believable world on loopback.
    Demo {
        /// The address to listen on.
        #[arg(long, default_value = "127.0.0.1:8080")]
        listen: SocketAddr,
        /// Where to build the world; by default a new directory under the system's temporary one.
        #[arg(long)]
        data: Option<PathBuf>,
        /// Write the sign-in links to this file, as JSON.
        #[arg(long)]
        links_json: Option<PathBuf>,
        /// Give everyone a token for the REST API as well, and write them to this file, as JSON.
        #[arg(long)]
        tokens_json: Option<PathBuf>,
    },
    /// Import accounts or posts from a CSV or XLSX file.
    Import {
        #[command(flatten)]
        place: Where,
        #[command(flatten)]
        options: accounts::import::cli::Options,
    },
    /// Read the whole log and check every link of its chain.
    Verify {
        #[command(flatten)]
        place: Where,
        /// Checkpoints that were kept elsewhere; by default those in the data directory.
        #[arg(long)]
        checkpoints: Option<PathBuf>,
    },
    /// Copy the house to a new directory while it is running.
    Backup {
        #[command(flatten)]
        place: Where,
        /// The new directory.
        to: PathBuf,
    },
    /// Make a data directory from a backup.
    Restore {
        /// The backup.
        from: PathBuf,
        /// The new data directory.
        #[arg(long)]
        data: PathBuf,
    },
    /// Empty the tables that lists read and fill them again from the log.
    Reindex {
        #[command(flatten)]
        place: Where,
    },
    /// The rule book.
    #[command(subcommand)]
    Policy(Policy),
    /// May someone do something now, and why? Answered from the log.
    Check {
        #[command(flatten)]
        place: Where,
        #[command(flatten)]
        options: answers::cli::Options,
        #[command(subcommand)]
        ask: answers::cli::Ask,
    },
}

/// Where mail goes; without a host, mail stays in the outbox, where Operations shows it.
#[derive(clap::Args, Clone)]
struct Mail {
    /// The mail server's name.
    #[arg(long, env = "COUNTERSIGN_MAIL_HOST")]
    mail_host: Option<String>,
    /// Its port.
    #[arg(long, env = "COUNTERSIGN_MAIL_PORT", default_value_t = 587)]
    mail_port: u16,
    /// Who we are to it.
    #[arg(long, env = "COUNTERSIGN_MAIL_USER")]
    mail_user: Option<String>,
    /// Our password there.
    #[arg(long, env = "COUNTERSIGN_MAIL_PASSWORD", hide_env_values = true)]
    mail_password: Option<String>,
    /// From whom mails are.
    #[arg(long, env = "COUNTERSIGN_MAIL_FROM", default_value = "Countersign <no-reply@localhost>")]
    mail_from: String,
    /// How the connection is protected: always, starttls or never.
    #[arg(long, env = "COUNTERSIGN_MAIL_TLS", default_value = "starttls")]
    mail_tls: String,
}

impl Mail {
    fn config(self) -> Result<Option<notify::MailConfig>, Refusal> {
        let Some(host) = self.mail_host else { return Ok(None) };
        let tls = match self.mail_tls.as_str() {
            "always" => notify::MailTls::Always,
            "starttls" => notify::MailTls::Start,
            "never" => notify::MailTls::Never,
            other => return Err(Refusal::Fault(format!("--mail-tls is always, starttls or never, not {other}"))),
        };
        Ok(Some(notify::MailConfig {
            host,
            port: self.mail_port,
            user: self.mail_user,
            password: self.mail_password,
            from: self.mail_from,
            tls,
        }))
    }
}

#[derive(Subcommand)]
enum Policy {
    /// Print the rules and values in force, with their sources.
    Show {
        #[command(flatten)]
        place: Where,
        #[command(flatten)]
        options: operations::policy::Options,
    },
}

impl Command {
    /// In which language the terminal hears of a refusal.
    fn lang(&self) -> Lang {
        match self {
            Command::Import { options, .. } => options.lang,
            Command::Check { options, .. } => Lang::from_code(&options.lang).unwrap_or_default(),
            _ => Lang::default(),
        }
    }
}

impl Where {
    /// A mistyped folder is told, not filled with a new, empty house.
    fn must_exist(&self) -> Result<(), Refusal> {
        let file = self.data.join(house::DATABASE);
        if self.database.is_some() || file.exists() {
            return Ok(());
        }
        Err(Refusal::Fault(format!(
            "there is no house in {}: name its folder with --data, or its PostgreSQL with --database",
            self.data.display()
        )))
    }

    fn settings(&self) -> Settings {
        let mut settings = Settings::local(&self.data, SocketAddr::from(([127, 0, 0, 1], 0)));
        settings.database.clone_from(&self.database);
        settings.packs.clone_from(&self.packs);
        settings.secret.clone_from(&self.secret);
        settings
    }
}

/// Runs the command line.
pub fn main() -> ExitCode {
    let Cli { log, command } = Cli::parse();
    tracing_subscriber::registry().with(tracing_subscriber::fmt::layer().with_writer(std::io::stderr)).with(log).init();
    let lang = command.lang();
    match run(command) {
        Ok(code) => code,
        Err(refusal) => {
            let said = words().map_or_else(|_| format!("{refusal:?}"), |words| plain(&refusal, &words, &Reader::new(lang, "UTC")));
            eprintln!("countersign: {said}");
            ExitCode::FAILURE
        }
    }
}

fn zone(name: &str) -> Result<String, String> {
    let known = jiff::tz::TimeZone::get(name).map_err(|_| "not a time zone that is known; write one such as Asia/Shanghai")?;
    Ok(known.iana_name().unwrap_or(name).to_owned())
}

fn words() -> Result<Words, Refusal> {
    Words::parse(web::own_words().into_iter().chain(house::CONTEXTS.iter().flat_map(|room| room.words.iter().copied())))
}

/// A refusal as lines for a terminal: each reason with its remedy, in the reader's language.
fn plain(refusal: &Refusal, words: &Words, reader: &Reader) -> String {
    let says = |code: &str, facts: &serde_json::Map<String, serde_json::Value>| {
        let fix = format!("{code}_fix");
        let said = words.say(reader, code, facts);
        if words.has(&fix) { format!("{said} {}", words.say(reader, &fix, facts)) } else { said }
    };
    let title = |kind: &str| words.say(reader, &format!("web.{kind}_title"), &serde_json::Map::new());
    match refusal {
        Refusal::Fault(text) => text.clone(),
        Refusal::Malformed(problems) => problems.iter().map(|p| says(&p.code, &p.facts)).collect::<Vec<_>>().join("\n"),
        Refusal::Denied { denials, .. } => denials.iter().map(|d| says(&d.code, &d.facts)).collect::<Vec<_>>().join("\n"),
        Refusal::NotFound => title("not_found"),
        Refusal::Stale => title("stale"),
        Refusal::Behind { .. } => title("behind"),
        other => format!("{other:?}"),
    }
}

fn run(command: Command) -> Result<ExitCode, Refusal> {
    match command {
        Command::Serve { place, listen, base_url, trusted_proxies, zone, mail } => {
            let settings = Settings { listen, base_url, trusted_proxies, zone, mail: mail.config()?, ..place.settings() };
            let faults = settings.insecure();
            if !faults.is_empty() {
                let list = faults.iter().map(|fault| format!("\n  - {fault}")).collect::<String>();
                return Err(Refusal::Fault(format!("refusing to serve {listen}, which others can reach:{list}")));
            }
            runtime()?.block_on(serve_it(settings))
        }
        Command::Demo { listen, data, links_json, tokens_json } => runtime()?.block_on(demo::run(listen, data, links_json, tokens_json)),
        Command::Import { place, options } => import(&place, &options),
        Command::Verify { place, checkpoints } => verify(&place, checkpoints.as_deref()),
        Command::Backup { place, to } => {
            place.must_exist()?;
            let store = house::open_store(&place.settings(), Arc::new(SystemClock))?;
            store::backup::backup(&store, &to)?;
            println!("backed up to {}", to.display());
            Ok(ExitCode::SUCCESS)
        }
        Command::Restore { from, data } => {
            store::backup::restore(&from, &data, house::EMPTIED_BY_RESTORE)?;
            println!("restored to {}", data.display());
            Ok(ExitCode::SUCCESS)
        }
        Command::Reindex { place } => {
            place.must_exist()?;
            let store = house::open_store(&place.settings(), Arc::new(SystemClock))?;
            let bar = indicatif::ProgressBar::new_spinner();
            let events = store::reindex::reindex(&store, |seq| bar.set_message(format!("{seq} events")))?;
            bar.finish_and_clear();
            println!("replayed {events} events");
            Ok(ExitCode::SUCCESS)
        }
        Command::Policy(Policy::Show { place, options }) => {
            let settings = place.settings();
            print!("{}", operations::policy::print(&settings, &options)?);
            Ok(ExitCode::SUCCESS)
        }
        Command::Check { place, options, ask } => {
            place.must_exist()?;
            let (text, allowed) = answers::cli::print(&place.settings(), ask, &options)?;
            print!("{text}");
            // Scripts read the verdict without reading words.
            Ok(if allowed { ExitCode::SUCCESS } else { ExitCode::from(3) })
        }
    }
}

fn runtime() -> Result<tokio::runtime::Runtime, Refusal> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(|e| Refusal::Fault(e.to_string()))
}

async fn serve_it(mut settings: Settings) -> Result<ExitCode, Refusal> {
    let (listener, address) = serve::listen(settings.listen).await?;
    settings.listen = address;
    let house = house::open(settings, Arc::new(SystemClock))?;
    let base = house.app.config().base_url.clone();
    if let Some(link) = house.app.store().write(access::first_operator_link).await? {
        println!("This house has no operator yet. Set the first one up here, once:\n  {base}{link}");
    }
    println!("Countersign is at {base}");
    let (tell, stop) = tokio::sync::watch::channel(false);
    tokio::spawn(serve::until_asked_to_stop(tell));
    serve::serve(house, listener, stop).await?;
    Ok(ExitCode::SUCCESS)
}

fn import(place: &Where, options: &accounts::import::cli::Options) -> Result<ExitCode, Refusal> {
    let settings = place.settings();
    let store = house::open_store(&settings, Arc::new(SystemClock))?;
    let bar = indicatif::ProgressBar::new(0);
    if let Ok(style) = indicatif::ProgressStyle::with_template("{msg} [{bar:30}] {pos}/{len}") {
        bar.set_style(style.progress_chars("=> "));
    }
    let words = words()?;
    let report = accounts::import::cli::run(&store, options, &words, &mut |stage, done, all| {
        bar.set_message(stage.to_owned());
        bar.set_length(all);
        bar.set_position(done);
    })?;
    bar.finish_and_clear();
    print!("{}", report.text);
    Ok(if report.complete { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn verify(place: &Where, checkpoints: Option<&Path>) -> Result<ExitCode, Refusal> {
    place.must_exist()?;
    let settings = place.settings();
    if let Some(missing) = checkpoints.filter(|file| !file.exists()) {
        return Err(Refusal::Fault(format!("there is no file {}", missing.display())));
    }
    let file = checkpoints.map_or_else(|| settings.data.join(checkpoint::FILE), Path::to_owned);
    let bar = indicatif::ProgressBar::new_spinner();
    let verified =
        Store::verify(house::store_config(&settings, Arc::new(SystemClock))?, &file, |seq| bar.set_message(format!("{seq} events")))?;
    bar.finish_and_clear();
    if verified.broken.is_empty() {
        println!("{} events, every link holds; the last hash is {}", verified.events, verified.hash);
        // Without one, an end that was cut off or a chain that was made anew looks whole.
        let vouched = std::fs::read_to_string(&file).map_or(0, |text| text.lines().filter(|line| !line.trim().is_empty()).count());
        println!("{vouched} signed checkpoints in {} agree", file.display());
        return Ok(ExitCode::SUCCESS);
    }
    println!("{} events; {} faults:", verified.events, verified.broken.len());
    for broken in &verified.broken {
        println!("  {}", serde_json::to_string(broken).unwrap_or_default());
    }
    Ok(ExitCode::FAILURE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Problem;

    #[test]
    fn a_mistyped_folder_is_told_and_stays_empty() {
        let data = std::env::temp_dir().join("countersign-there-is-none");
        let place = Where { data: data.clone(), database: None, packs: Vec::new(), secret: None };
        let commands = [
            Command::Reindex { place: place.clone() },
            Command::Verify { place: place.clone(), checkpoints: None },
            Command::Backup { place, to: data.join("copy") },
        ];
        for command in commands {
            assert!(matches!(run(command), Err(Refusal::Fault(text)) if text.contains("there is no house")));
        }
        assert!(!data.exists());
    }

    #[test]
    fn what_is_logged_is_named_or_refused() {
        let asked = |log: &str| Cli::try_parse_from(["countersign", "verify", "--log", log]);
        assert!(["warn", "warn,store=debug"].iter().all(|log| asked(log).is_ok()));
        assert!(asked("store=loud").is_err_and(|told| told.to_string().contains("store=loud")));
    }

    #[test]
    fn a_terminal_hears_words_and_never_a_code() {
        let words = words().unwrap();
        let torn = Refusal::from(Problem::new("file", "accounts.import.file_torn").with("line", 7));
        for (lang, said) in [(Lang::En, "The file cannot be read from line 7 on. Save it again"), (Lang::Zh, "文件从第 7 行起无法读取。")]
        {
            let text = plain(&torn, &words, &Reader::new(lang, "UTC"));
            assert!(text.starts_with(said), "{text}");
        }
        for refusal in [Refusal::NotFound, Refusal::Stale] {
            let text = plain(&refusal, &words, &Reader::new(Lang::En, "UTC"));
            assert!(text.contains(' ') && !text.contains("web."), "{text}");
        }
    }
}
