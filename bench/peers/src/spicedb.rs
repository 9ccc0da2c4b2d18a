//! SpiceDB as a library in this process: its npm package carries a shared library whose functions take and answer the messages
//! of its own API. The question is two of its checks, asked together: the account for the member of the centre, and the ad
//! account; it answers with yes or no and without reasons.

use decisions::{AdRole, Fact, Question, Scope};
use libloading::{Library, Symbol};
use prost::Message;
use std::{
    collections::HashSet,
    ffi::{CStr, CString, c_char, c_int, c_ulonglong, c_void},
    ptr,
};

const SCHEMA: &str = "
definition user {}
definition centre {
    relation member: user
    relation locked_out: user
    relation normal: user:*
    permission present = (member & normal) - locked_out
}
definition account {
    relation usable: user:*
    relation political: user:*
    relation switched_on: user:*
    relation own: user
    permission fit = (usable & switched_on) - political
}
definition hold {
    relation account: account
    relation centre: centre
    relation granted: user:*
    relation assigned: user
    permission posts = ((granted & assigned) + account->own) & account->fit & centre->present
}
definition ad_account {
    relation open: user:*
    relation owner: centre
    relation runner: user
    permission run = open & runner & owner->present
}";

/// How many relationships one call may write, and how many checks one call may ask: the library's own limits.
const WRITTEN_TOGETHER: usize = 1_000;

#[derive(Clone, PartialEq, Message)]
struct Object {
    #[prost(string, tag = "1")]
    kind: String,
    #[prost(string, tag = "2")]
    id: String,
}
#[derive(Clone, PartialEq, Message)]
struct Subject {
    #[prost(message, optional, tag = "1")]
    object: Option<Object>,
}
#[derive(Clone, PartialEq, Message)]
struct Relationship {
    #[prost(message, optional, tag = "1")]
    resource: Option<Object>,
    #[prost(string, tag = "2")]
    relation: String,
    #[prost(message, optional, tag = "3")]
    subject: Option<Subject>,
}
#[derive(Clone, PartialEq, Message)]
struct Update {
    #[prost(int32, tag = "1")]
    operation: i32,
    #[prost(message, optional, tag = "2")]
    relationship: Option<Relationship>,
}
#[derive(Clone, PartialEq, Message)]
struct Write {
    #[prost(message, repeated, tag = "1")]
    updates: Vec<Update>,
}
#[derive(Clone, PartialEq, Message)]
struct WriteSchema {
    #[prost(string, tag = "1")]
    schema: String,
}
#[derive(Clone, PartialEq, Message)]
struct Consistency {
    #[prost(bool, tag = "4")]
    fully_consistent: bool,
}
#[derive(Clone, PartialEq, Message)]
struct Item {
    #[prost(message, optional, tag = "1")]
    resource: Option<Object>,
    #[prost(string, tag = "2")]
    permission: String,
    #[prost(message, optional, tag = "3")]
    subject: Option<Subject>,
}
#[derive(Clone, PartialEq, Message)]
struct Check {
    #[prost(message, optional, tag = "1")]
    consistency: Option<Consistency>,
    #[prost(message, repeated, tag = "2")]
    items: Vec<Item>,
}
#[derive(Clone, PartialEq, Message)]
struct Verdict {
    #[prost(int32, tag = "1")]
    permissionship: i32,
}
#[derive(Clone, PartialEq, Message)]
struct Pair {
    #[prost(message, optional, tag = "2")]
    item: Option<Verdict>,
}
#[derive(Clone, PartialEq, Message)]
struct Checked {
    #[prost(message, repeated, tag = "2")]
    pairs: Vec<Pair>,
}

const TOUCH: i32 = 2;
const HAS_PERMISSION: i32 = 2;

type Call = unsafe extern "C" fn(c_ulonglong, *const u8, c_int, *mut *mut u8, *mut c_int, *mut *mut c_char);

/// The library and its one instance, with everything in memory.
pub struct SpiceDb {
    library: Library,
    handle: c_ulonglong,
}

fn object(kind: &str, id: impl ToString) -> Object {
    Object { kind: kind.to_owned(), id: id.to_string() }
}
fn user(id: impl ToString) -> Option<Subject> {
    Some(Subject { object: Some(object("user", id)) })
}
fn hold(centre: impl ToString, account: impl ToString) -> Object {
    object("hold", format!("{}/{}", centre.to_string(), account.to_string()))
}

impl SpiceDb {
    /// Starts it and writes the facts.
    pub fn new(library: &str, facts: &[Fact]) -> SpiceDb {
        // SAFETY: the library is the one that the package carries; loading it runs the initialisers of its runtime.
        let library = unsafe { Library::new(library) }.expect("the library");
        let options = CString::new("{}").expect("no zero inside");
        // SAFETY: the signature is the one that the package's own binding declares.
        let started = unsafe {
            let start: Symbol<'_, unsafe extern "C" fn(*const c_char) -> *mut c_char> =
                library.get(b"spicedb_start").expect("spicedb_start");
            CStr::from_ptr(start(options.as_ptr())).to_string_lossy().into_owned()
        };
        let handle = started.split("\"handle\":").nth(1).map(|rest| rest.chars().take_while(char::is_ascii_digit).collect::<String>());
        let handle = handle.and_then(|digits| digits.parse().ok()).unwrap_or_else(|| panic!("it did not start: {started}"));
        let spicedb = SpiceDb { library, handle };
        spicedb.call(b"spicedb_schema_write_schema", &WriteSchema { schema: SCHEMA.to_owned() });
        let relationships = relationships(facts);
        for some in relationships.chunks(WRITTEN_TOGETHER) {
            let update = |one: &Relationship| Update { operation: TOUCH, relationship: Some(one.clone()) };
            spicedb.call(b"spicedb_permissions_write_relationships", &Write { updates: some.iter().map(update).collect() });
        }
        println!("spicedb_relationships {}", relationships.len());
        spicedb
    }

    /// Asks some questions in one call.
    pub fn allows(&self, questions: &[Question<'_>]) -> Vec<bool> {
        let items = |question: &Question<'_>| {
            let Question::Use { user: id, centre, account, ad_account, .. } = question else {
                unreachable!("the world asks of using only")
            };
            let item = |resource, permission: &str| Item { resource: Some(resource), permission: permission.to_owned(), subject: user(id) };
            [item(hold(centre, account), "posts"), item(object("ad_account", ad_account), "run")]
        };
        let consistency = Some(Consistency { fully_consistent: true });
        let check = Check { consistency, items: questions.iter().flat_map(items).collect() };
        let answer = self.call(b"spicedb_permissions_check_bulk_permissions", &check);
        let checked = Checked::decode(&*answer).expect("its answer");
        assert_eq!(checked.pairs.len(), questions.len() * 2, "an answer to every check");
        let has = |pair: &Pair| pair.item.as_ref().expect("a verdict").permissionship == HAS_PERMISSION;
        checked.pairs.chunks(2).map(|pairs| pairs.iter().all(has)).collect()
    }

    fn call(&self, name: &[u8], request: &impl Message) -> Vec<u8> {
        let bytes = request.encode_to_vec();
        let (mut out, mut length, mut error) = (ptr::null_mut::<u8>(), 0, ptr::null_mut::<c_char>());
        // SAFETY: signatures as the package's own binding declares them; the answer is copied before it is freed.
        unsafe {
            let call: Symbol<'_, Call> = self.library.get(name).expect("a function");
            call(self.handle, bytes.as_ptr(), bytes.len() as c_int, &mut out, &mut length, &mut error);
            if !error.is_null() {
                panic!("{}: {}", String::from_utf8_lossy(name), CStr::from_ptr(error).to_string_lossy());
            }
            if out.is_null() {
                return Vec::new();
            }
            let answer = std::slice::from_raw_parts(out, length as usize).to_vec();
            let free: Symbol<'_, unsafe extern "C" fn(*mut c_void)> = self.library.get(b"spicedb_free_bytes").expect("spicedb_free_bytes");
            free(out.cast());
            answer
        }
    }
}

/// The facts as relationships, each once.
fn relationships(facts: &[Fact]) -> Vec<Relationship> {
    let mut seen = HashSet::new();
    let mut found = Vec::new();
    // Of several assignments of one member the last one counts.
    let mut assigned = std::collections::BTreeMap::new();
    let mut say = |resource: Object, relation: &str, subject: Option<Subject>| {
        let one = Relationship { resource: Some(resource), relation: relation.to_owned(), subject };
        if seen.insert(one.encode_to_vec()) {
            found.push(one);
        }
    };
    let to = |object: Object| Some(Subject { object: Some(object) });
    for fact in facts {
        match fact {
            Fact::Org { org, .. } => say(object("centre", org), "normal", user("*")),
            Fact::Member { centre, user: id, .. } => say(object("centre", centre), "member", user(id)),
            Fact::AdAccount { ad_account, centre } => {
                say(object("ad_account", ad_account), "open", user("*"));
                say(object("ad_account", ad_account), "owner", to(object("centre", centre)));
            }
            Fact::AdRole { ad_account, user: id, role, .. } if *role >= AdRole::Operator => {
                say(object("ad_account", ad_account), "runner", user(id));
            }
            Fact::Account { account, .. } => say(object("account", account), "usable", user("*")),
            Fact::PostSwitched { account, on: true, .. } => say(object("account", account), "switched_on", user("*")),
            Fact::Granted { centre, account, scopes } if scopes.contains(Scope::Posts) => {
                let hold = hold(centre, account);
                say(hold.clone(), "account", to(object("account", account)));
                say(hold.clone(), "centre", to(object("centre", centre)));
                say(hold, "granted", user("*"));
            }
            Fact::Assigned { centre, account, user: id, scopes } => {
                assigned.insert((*centre, *account, *id), scopes.contains(Scope::Posts));
            }
            Fact::OwnLinked { account, user: id, .. } => say(object("account", account), "own", user(id)),
            _ => {}
        }
    }
    for ((centre, account, id), _) in assigned.into_iter().filter(|(_, posts)| *posts) {
        say(hold(centre, account), "assigned", user(id));
    }
    found
}
