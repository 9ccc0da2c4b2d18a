//! Mail on its way.

pub mod letters;

use crate::{
    index,
    senders::{Channel, duration, lease},
    state,
};
use futures_util::future::BoxFuture;
use kernel::Refusal;
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    address::AddressError,
    message::{Mailbox, MultiPart, header},
    transport::smtp::{
        authentication::Credentials,
        client::{Tls, TlsParameters},
    },
};
use serde_json::{Map, Value as Json};
use std::sync::Arc;
use store::{Scope, Tx, outbox};
use web::App;

/// How the connection to the mail server is protected.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MailTls {
    /// It becomes TLS by STARTTLS, or nothing is sent. Port 587.
    Start,
    /// It is TLS from its first byte. Port 465.
    Always,
    /// It is plain: for a server on this machine.
    Never,
}

/// The mail server.
#[derive(Clone)]
pub struct MailConfig {
    /// Its name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Who we are to it; nothing when it asks nobody.
    pub user: Option<String>,
    /// Our password there.
    pub password: Option<String>,
    /// From whom mails are: `Countersign <no-reply@house.example>`.
    pub from: String,
    /// How the connection is protected.
    pub tls: MailTls,
}

/// The sender of mail.
pub struct Mails {
    app: App,
    from: Mailbox,
    transport: AsyncSmtpTransport<Tokio1Executor>,
}

/// A mail with all that sending it needs.
pub struct Parcel {
    message: outbox::Message,
    letter: outbox::Letter,
    facts: Map<String, Json>,
    values: Arc<state::Mail>,
}

/// Why a mail was not sent.
enum Failure {
    /// It never will be.
    ForGood(String),
    /// It may be later.
    ForNow(String),
}

fn fault(what: &str, bad: impl std::fmt::Display) -> Refusal {
    Refusal::Fault(format!("{what}: {bad}"))
}

impl Mails {
    /// A sender through `config`'s server.
    pub fn new(app: App, config: &MailConfig) -> Result<Mails, Refusal> {
        let from = config.from.parse().map_err(|bad: AddressError| fault("the sender's address", bad))?;
        let tls = || TlsParameters::new(config.host.clone()).map_err(|bad| fault("TLS to the mail server", bad));
        let tls = match config.tls {
            MailTls::Start => Tls::Required(tls()?),
            MailTls::Always => Tls::Wrapper(tls()?),
            MailTls::Never => Tls::None,
        };
        let mut server = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&config.host).port(config.port).tls(tls).timeout(None);
        if let (Some(user), Some(password)) = (&config.user, &config.password) {
            server = server.credentials(Credentials::new(user.clone(), password.clone()));
        }
        Ok(Mails { app, from, transport: server.build() })
    }

    async fn deliver(self: Arc<Self>, parcel: Parcel) -> Result<(), Refusal> {
        let time_out = duration(parcel.values.time_out.value);
        let late = || Failure::ForNow("the mail server did not answer in time".into());
        let sent = match self.written(&parcel) {
            Ok(mail) => tokio::time::timeout(time_out, self.hand_over(mail)).await.unwrap_or_else(|_| Err(late())),
            Err(failure) => Err(failure),
        };
        self.app.store().write(move |tx| write_down(tx, &parcel, &sent)).await
    }

    fn written(&self, parcel: &Parcel) -> Result<Message, Failure> {
        let config = self.app.config();
        let composed = letters::compose(self.app.words(), &config.base_url, &config.zone, &parcel.letter, &parcel.facts);
        let to = parcel.message.target.parse().map_err(|_| Failure::ForGood("this is not a mail address".into()))?;
        let unwritten = |bad: lettre::error::Error| Failure::ForGood(bad.to_string());
        // The same id for every attempt, so that a mail which arrives twice shows once.
        let id = format!("<{}@{}>", parcel.message.id, self.from.email.domain());
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(composed.subject)
            .message_id(Some(id))
            .raw_header(raw("Auto-Submitted", "auto-generated"))
            .multipart(MultiPart::alternative_plain_html(composed.text, composed.html))
            .map_err(unwritten)
    }

    async fn hand_over(&self, mail: Message) -> Result<String, Failure> {
        match self.transport.send(mail).await {
            Ok(answer) => Ok(answer.code().to_string()),
            Err(bad) if bad.is_permanent() => Err(Failure::ForGood(bad.to_string())),
            Err(bad) => Err(Failure::ForNow(bad.to_string())),
        }
    }
}

fn raw(name: &'static str, value: &str) -> header::HeaderValue {
    header::HeaderValue::new(header::HeaderName::new_from_ascii_str(name), value.to_owned())
}

impl Channel for Mails {
    type Parcel = Parcel;
    const NAME: &'static str = index::MAIL;

    fn take(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<Parcel>, Refusal> {
        let values = tx.policy::<state::Mail>(Scope::PLATFORM)?;
        let mut parcels = Vec::new();
        for message in outbox::take(tx, Self::NAME, limit, lease(values.time_out.value))? {
            if tx.now - message.made >= values.stale.value {
                outbox::failed(tx, &message.id, "too old to be of use", None)?;
                continue;
            }
            match serde_json::from_str::<outbox::Letter>(&message.body) {
                Ok(letter) => {
                    let facts = index::named(tx, letter.facts.clone())?;
                    let message = outbox::Message { tries: message.tries + 1, ..message };
                    parcels.push(Parcel { message, letter, facts, values: values.clone() });
                }
                Err(bad) => outbox::failed(tx, &message.id, &format!("not a letter: {bad}"), None)?,
            }
        }
        Ok(parcels)
    }

    fn send(self: Arc<Self>, parcel: Parcel) -> BoxFuture<'static, Result<(), Refusal>> {
        Box::pin(self.deliver(parcel))
    }
}

fn write_down(tx: &mut Tx<'_>, parcel: &Parcel, sent: &Result<String, Failure>) -> Result<(), Refusal> {
    let id = &parcel.message.id;
    match sent {
        Ok(said) => outbox::sent(tx, id, said),
        Err(Failure::ForGood(why)) => outbox::failed(tx, id, why, None),
        Err(Failure::ForNow(why)) => {
            let due = state::delay(&parcel.values.delays.value, parcel.message.tries).map(|delay| tx.now + delay);
            outbox::failed(tx, id, why, due)
        }
    }
}
