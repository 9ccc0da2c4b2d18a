//! The smallest context that uses all of the store: notes that are written, echoed by reactions and closed by the clock;
//! and a second one that only counts.

use kernel::{Actor, Capability, Cited, Denied, Instant, May, OrgId, Policy, Refusal, Rules, rules};
use serde::{Deserialize, Serialize};
use store::{AnyAsk, Ask, Part, Recorded, Scope, Tx, args, deadline};

pub const PACK: &str = r#"
[notes.write]
most = { value = 100000, source = "ours", seen = "2026-11-21", sure = "ours" }
[notes.close]
note = { value = 1, source = "ours", seen = "2026-11-21", sure = "ours" }
"#;

pub const PARTS: &[&Part] = &[&NOTES, &TALLY];

pub static NOTES: Part = Part {
    schema: &[(
        900,
        "notes",
        "CREATE TABLE notes (id TEXT PRIMARY KEY, text TEXT NOT NULL, at BIGINT NOT NULL, seq BIGINT NOT NULL, closed BIGINT);",
    )],
    tables: &["notes"],
    apply,
    react,
    due: |kind, subject| match kind {
        "close" => Some(Box::new(Close { id: subject.to_owned() })),
        _ => None,
    },
    ..Part::named("notes")
};

pub static TALLY: Part = Part {
    schema: &[(901, "tally", "CREATE TABLE tally (kind TEXT PRIMARY KEY, count BIGINT NOT NULL, last BIGINT NOT NULL);")],
    tables: &["tally"],
    apply: |tx, event| {
        let sql = "INSERT INTO tally (kind, count, last) VALUES ($1, 1, $2)
                   ON CONFLICT (kind) DO UPDATE SET count = tally.count + 1, last = excluded.last";
        let now = tx.now;
        tx.put(sql, args![&event.kind, now])
    },
    ..Part::named("tally")
};

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Event {
    Written { id: String, text: String, person: Option<String>, due: Option<Instant> },
    Echoed { id: String, left: u8 },
    Closed { id: String },
}

impl kernel::Event for Event {
    const CONTEXT: &'static str = "notes";
    fn subject(&self) -> String {
        match self {
            Event::Written { id, .. } | Event::Echoed { id, .. } | Event::Closed { id } => id.clone(),
        }
    }
    fn parties(&self) -> Vec<OrgId> {
        vec![OrgId::new(1), OrgId::new(2)]
    }
    fn person(&self) -> Option<String> {
        match self {
            Event::Written { person, .. } => person.clone(),
            Event::Echoed { .. } | Event::Closed { .. } => None,
        }
    }
}

fn apply(tx: &mut Tx<'_>, recorded: &Recorded) -> Result<(), Refusal> {
    match recorded.event::<Event>().transpose()? {
        Some(Event::Written { id, text, due, .. }) => {
            let seq = tx.as_of();
            let sql = "INSERT INTO notes (id, text, at, seq, closed) VALUES ($1, $2, $3, $4, NULL)";
            tx.put(sql, args![&id, text, recorded.at, seq])?;
            store::outbox::post(tx, &format!("note {id}"), "mail", "someone", "{}")?;
            due.map_or(Ok(()), |due| deadline::set(tx, "notes", "close", &id, due))
        }
        Some(Event::Closed { id }) => {
            tx.run("UPDATE notes SET closed = $2 WHERE id = $1", args![&id, recorded.at])?;
            deadline::clear(tx, "notes", "close", &id)
        }
        Some(Event::Echoed { .. }) | None => Ok(()),
    }
}

fn react(recorded: &Recorded) -> Vec<Box<dyn AnyAsk>> {
    let left = match recorded.event::<Event>() {
        Some(Ok(Event::Written { text, .. })) => text.strip_prefix("echo ").and_then(|n| n.parse().ok()),
        Some(Ok(Event::Echoed { left, .. })) => left.checked_sub(1),
        _ => None,
    };
    left.filter(|left| *left > 0).map(|left| Box::new(Echo { id: recorded.subject.clone(), left }) as Box<dyn AnyAsk>).into_iter().collect()
}

#[derive(Debug, PartialEq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum No {
    Full { most: i64 },
    Known,
    Silent,
    Closed,
}
impl Denied for No {}

/// Write a note, while there are fewer than `most`.
#[derive(Clone, Debug, Default)]
pub struct Write {
    pub id: String,
    pub text: String,
    pub person: Option<String>,
    pub due: Option<Instant>,
    pub most: Option<i64>,
}

pub fn note(id: impl ToString) -> Write {
    Write { id: id.to_string(), text: "a note".into(), ..Write::default() }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Room {
    pub most: Cited<i64>,
}
impl Policy for Room {
    const SECTION: &'static str = "notes.write";
}

pub struct Written {
    count: i64,
    known: bool,
    most: i64,
}

impl Capability for Write {
    const NAME: &'static str = "notes.write";
    const MAY: May = May::Anyone;
    type Facts = Written;
    type Denied = No;
    type Event = Event;
    const RULES: Rules<Self> = rules![there_is_room, it_is_new];
    fn events(&self, _: &Written) -> Vec<Event> {
        let Write { id, text, person, due, .. } = self.clone();
        vec![Event::Written { id, text, person, due }]
    }
}
fn there_is_room(_: &Write, facts: &Written) -> Result<(), No> {
    if facts.count < facts.most { Ok(()) } else { Err(No::Full { most: facts.most }) }
}
fn it_is_new(_: &Write, facts: &Written) -> Result<(), No> {
    if facts.known { Err(No::Known) } else { Ok(()) }
}
impl Ask for Write {
    fn facts(&self, tx: &mut Tx<'_>, _: &Actor) -> Result<Written, Refusal> {
        let policy = tx.policy::<Room>(Scope::PLATFORM)?;
        let count = tx.count("SELECT COUNT(*) FROM notes", &[])?;
        let known = tx.count("SELECT COUNT(*) FROM notes WHERE id = $1", args![&self.id])? > 0;
        Ok(Written { count, known, most: self.most.unwrap_or(policy.most.value) })
    }
}

/// A reaction: says the note again, unless it is to be kept silent.
pub struct Echo {
    pub id: String,
    pub left: u8,
}
impl Capability for Echo {
    const NAME: &'static str = "notes.echo";
    const MAY: May = May::Platform;
    type Facts = ();
    type Denied = No;
    type Event = Event;
    const RULES: Rules<Self> = rules![it_may_be_heard];
    fn events(&self, (): &()) -> Vec<Event> {
        vec![Event::Echoed { id: self.id.clone(), left: self.left }]
    }
}
fn it_may_be_heard(ask: &Echo, (): &()) -> Result<(), No> {
    if ask.id.starts_with("silent") { Err(No::Silent) } else { Ok(()) }
}
impl Ask for Echo {
    fn facts(&self, _: &mut Tx<'_>, _: &Actor) -> Result<(), Refusal> {
        Ok(())
    }
}

/// The clock's ask: closes a note, once.
pub struct Close {
    pub id: String,
}
impl Capability for Close {
    const NAME: &'static str = "notes.close";
    const MAY: May = May::Platform;
    type Facts = bool;
    type Denied = No;
    type Event = Event;
    const RULES: Rules<Self> = rules![it_is_open];
    fn events(&self, _: &bool) -> Vec<Event> {
        let closed = Event::Closed { id: self.id.clone() };
        // A note called `loud` is echoed after it is closed, and `silent loud` ones refuse that.
        if self.id.ends_with("loud") { vec![closed, Event::Echoed { id: self.id.clone(), left: 2 }] } else { vec![closed] }
    }
}
fn it_is_open(_: &Close, open: &bool) -> Result<(), No> {
    if *open { Ok(()) } else { Err(No::Closed) }
}
impl Ask for Close {
    fn facts(&self, tx: &mut Tx<'_>, _: &Actor) -> Result<bool, Refusal> {
        assert!(!self.id.starts_with("panic"), "asked to panic");
        Ok(tx.count("SELECT COUNT(*) FROM notes WHERE id = $1 AND closed IS NULL", args![&self.id])? == 1)
    }
}

/// Writes a note the usual way.
pub fn write(store: &store::Store, ask: Write) -> Result<(), Refusal> {
    store.write_blocking(move |tx| store::perform(tx, &Actor::SYSTEM, &ask))
}

pub fn log(store: &store::Store) -> Vec<Recorded> {
    store.read_blocking(|tx| store::log::after(tx, 0, 100_000)).unwrap()
}

/// The log is without a gap, in order, and sound.
pub fn is_sound(store: &store::Store) {
    let verified = store.read_blocking(|tx| store::log::verify(tx, &[], |_| ())).unwrap();
    assert_eq!(verified.broken, []);
    let log = log(store);
    assert!(log.iter().map(|event| event.seq).eq(1..=log.len() as i64));
    assert!(log.windows(2).all(|pair| pair[0].at <= pair[1].at));
}
