//! The house's keys: one wraps each person's own key, one signs checkpoints, one proves pages and sessions.

use crate::{
    Tx, args,
    clock::{hex, sha256},
};
use kernel::Refusal;
use ring::{
    aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    hmac,
    rand::{SecureRandom, SystemRandom},
};
use std::{fs, io::Write, path::Path};

/// The keys, as read from the data directory.
pub struct Keys {
    wrapping: LessSafeKey,
    mac: hmac::Key,
    signing: ring::signature::Ed25519KeyPair,
}

fn fault(what: &str, error: impl std::fmt::Display) -> Refusal {
    Refusal::Fault(format!("{what}: {error}"))
}

fn random<const N: usize>() -> Result<[u8; N], Refusal> {
    let mut bytes = [0; N];
    SystemRandom::new().fill(&mut bytes).map_err(|e| fault("no randomness", e))?;
    Ok(bytes)
}

fn cipher(key: &[u8]) -> Result<LessSafeKey, Refusal> {
    UnboundKey::new(&AES_256_GCM, key).map(LessSafeKey::new).map_err(|e| fault("a key is unusable", e))
}

/// Reads a key file, or makes it, readable by this user only. It has its name only once it is whole and on disk, so that
/// neither half a key nor a key that a crash takes back ever seals anything.
fn file(dir: &Path, name: &str, make: impl FnOnce() -> Result<Vec<u8>, Refusal>) -> Result<Vec<u8>, Refusal> {
    let path = dir.join(name);
    if path.exists() {
        return fs::read(&path).map_err(|e| fault("a key file cannot be read", e));
    }
    let bytes = make()?;
    let half = dir.join(format!("{name}.{}.part", hex(&random::<8>()?)));
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&half).map_err(|e| fault("a key file cannot be made", e))?;
    // A link never replaces a file: of two processes that begin at once, both go on with the key of the first.
    let named = file.write_all(&bytes).and_then(|()| file.sync_all()).and_then(|()| match fs::hard_link(&half, &path) {
        Err(other) if other.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        named => named,
    });
    let done = named.and(fs::remove_file(&half)).and_then(|()| crate::blobs::sync_dir(dir)).and_then(|()| fs::read(&path));
    done.map_err(|e| fault("a key file cannot be written", e))
}

fn whole(name: &str, bytes: Vec<u8>) -> Result<Vec<u8>, Refusal> {
    if bytes.len() == 32 { Ok(bytes) } else { Err(fault(name, "the key has not 32 bytes; put the right file back")) }
}

impl Keys {
    /// Reads the keys from `dir`, making those that are not there yet.
    pub fn open(dir: &Path) -> Result<Keys, Refusal> {
        Keys::bound(dir, None)
    }

    /// The same, bound to a secret that is kept elsewhere: whoever takes only the data directory can open nothing with it.
    pub fn bound(dir: &Path, secret: Option<&str>) -> Result<Keys, Refusal> {
        let bind = |file: Vec<u8>| match secret {
            Some(secret) => hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &file), secret.as_bytes()).as_ref().to_vec(),
            None => file,
        };
        fs::create_dir_all(dir).map_err(|e| fault("the key directory cannot be made", e))?;
        let wrapping = whole("wrapping.key", file(dir, "wrapping.key", || random::<32>().map(Vec::from))?)?;
        let mac = whole("mac.key", file(dir, "mac.key", || random::<32>().map(Vec::from))?)?;
        let generate = || ring::signature::Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).map(|d| d.as_ref().to_vec());
        let signing = file(dir, "signing.key", || generate().map_err(|e| fault("no key pair", e)))?;
        let signing = ring::signature::Ed25519KeyPair::from_pkcs8(&signing).map_err(|e| fault("signing.key is not a key pair", e))?;
        let (wrapping, mac) = (bind(wrapping), bind(mac));
        Ok(Keys { wrapping: cipher(&wrapping)?, mac: hmac::Key::new(hmac::HMAC_SHA256, &mac), signing })
    }

    /// A proof that this house said `text` for `purpose`, in hexadecimal.
    pub fn prove(&self, purpose: &str, text: &str) -> String {
        hex(hmac::sign(&self.mac, format!("{purpose}\n{text}").as_bytes()).as_ref())
    }

    /// Whether `proof` is this house's for `purpose` and `text`. Takes the same time whatever the proof.
    pub fn proves(&self, purpose: &str, text: &str, proof: &str) -> bool {
        let expected = self.prove(purpose, text);
        expected.len() == proof.len() && expected.bytes().zip(proof.bytes()).fold(0, |differ, (a, b)| differ | (a ^ b)) == 0
    }

    /// The house's signature of `text`, in hexadecimal.
    pub fn sign(&self, text: &str) -> String {
        hex(self.signing.sign(text.as_bytes()).as_ref())
    }

    /// The key that checks the house's signatures, in hexadecimal.
    pub fn public(&self) -> String {
        use ring::signature::KeyPair;
        hex(self.signing.public_key().as_ref())
    }

    /// Seals a secret that the house itself must read again, such as a webhook's signing key.
    pub fn wrap(&self, plain: &[u8]) -> Result<String, Refusal> {
        encrypt(&self.wrapping, plain)
    }

    /// Opens what [`Keys::wrap`] sealed.
    pub fn unwrap(&self, sealed: &str) -> Result<Vec<u8>, Refusal> {
        decrypt(&self.wrapping, sealed)
    }
}

/// The keys must be those with which the database was made; the first keys that meet it become its own.
pub(crate) fn belong(db: &mut dyn crate::Driver, keys: &Keys) -> Result<(), Refusal> {
    const SAID: &str = "this is my database";
    let fresh = keys.prove("house", SAID);
    db.execute("INSERT INTO house (id, proof) VALUES (1, $1) ON CONFLICT (id) DO NOTHING", args![fresh])?;
    let rows = db.query("SELECT proof FROM house WHERE id = 1", &[])?;
    let proof = rows.first().map(|row| row.text(0)).transpose()?.unwrap_or_default();
    if keys.proves("house", SAID, proof) {
        return Ok(());
    }
    let cure = "put the key files back that belong to it, and set COUNTERSIGN_SECRET as it was";
    Err(Refusal::Fault(format!("this database was made with other keys; {cure}. Every process on one database needs the same")))
}

/// Whether `signature` over `text` was made with the key whose public half is `public`, all in hexadecimal.
pub fn signed(public: &str, text: &str, signature: &str) -> bool {
    let (Some(public), Some(signature)) = (unhex(public), unhex(signature)) else { return false };
    ring::signature::UnparsedPublicKey::new(&ring::signature::ED25519, public).verify(text.as_bytes(), &signature).is_ok()
}

/// Bytes from hexadecimal digits.
pub fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |digit: u8| char::from(digit).to_digit(16).map(|value| value as u8);
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?)).collect()
}

fn encrypt(key: &LessSafeKey, plain: &[u8]) -> Result<String, Refusal> {
    let nonce = random::<NONCE_LEN>()?;
    let mut bytes = plain.to_vec();
    key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::empty(), &mut bytes).map_err(|e| fault("sealing failed", e))?;
    Ok(format!("{}{}", hex(&nonce), hex(&bytes)))
}

fn decrypt(key: &LessSafeKey, sealed: &str) -> Result<Vec<u8>, Refusal> {
    let broken = || Refusal::Fault("a sealed value cannot be opened: it was changed, or the key files are another house's".into());
    let bytes = unhex(sealed).ok_or_else(broken)?;
    let (nonce, rest) = bytes.split_at_checked(NONCE_LEN).ok_or_else(broken)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| broken())?;
    let mut rest = rest.to_vec();
    let plain = key.open_in_place(nonce, Aad::empty(), &mut rest).map_err(|_| broken())?;
    Ok(plain.to_vec())
}

/// Bodies that are sealed begin with this, the person, a slash, the key's mark and a space.
const SEALED: &str = "sealed:";

/// Which of a person's keys sealed a body: someone who was erased and comes back gets another one.
fn mark(key: &[u8]) -> String {
    let mut mark = sha256(key);
    mark.truncate(8);
    mark
}

fn key_of(tx: &mut Tx<'_>, person: &str) -> Result<Option<Vec<u8>>, Refusal> {
    let known = tx.one("SELECT wrapped FROM person_keys WHERE person = $1", args![person])?;
    known.map(|row| decrypt(&tx.house.keys.wrapping, row.text(0)?)).transpose()
}

pub(crate) fn seal(tx: &mut Tx<'_>, person: &str, plain: &str) -> Result<String, Refusal> {
    let key = match key_of(tx, person)? {
        Some(key) => key,
        None => {
            let key = random::<32>()?;
            let wrapped = encrypt(&tx.house.keys.wrapping, &key)?;
            tx.put("INSERT INTO person_keys (person, wrapped) VALUES ($1, $2)", args![person, wrapped])?;
            key.to_vec()
        }
    };
    Ok(format!("{SEALED}{person}/{} {}", mark(&key), encrypt(&cipher(&key)?, plain.as_bytes())?))
}

/// The plain text of a body; nothing when the key that sealed it has been destroyed.
pub(crate) fn open(tx: &mut Tx<'_>, body: &str) -> Result<Option<String>, Refusal> {
    let Some(sealed) = Sealed::of(body) else { return Ok(Some(body.to_owned())) };
    key_of(tx, sealed.person)?.map_or(Ok(None), |key| sealed.open(&key))
}

/// The person under whose key a body is sealed; none where it is plain.
pub(crate) fn person_of(body: &str) -> Option<&str> {
    Sealed::of(body).map(|sealed| sealed.person)
}

/// What [`open`] answers, with the person's wrapped key as it was read before; none where there is none any more.
pub(crate) fn open_with(tx: &Tx<'_>, body: &str, wrapped: Option<&str>) -> Result<Option<String>, Refusal> {
    let Some(sealed) = Sealed::of(body) else { return Ok(Some(body.to_owned())) };
    wrapped.map_or(Ok(None), |wrapped| sealed.open(&decrypt(&tx.house.keys.wrapping, wrapped)?))
}

/// A sealed body and its parts.
struct Sealed<'a> {
    person: &'a str,
    mark: &'a str,
    sealed: &'a str,
}

impl<'a> Sealed<'a> {
    fn of(body: &'a str) -> Option<Sealed<'a>> {
        let (who, sealed) = body.strip_prefix(SEALED)?.split_once(' ')?;
        who.rsplit_once('/').map(|(person, mark)| Sealed { person, mark, sealed })
    }
    /// The plain text; nothing when it was another of the person's keys that sealed it.
    fn open(&self, key: &[u8]) -> Result<Option<String>, Refusal> {
        if mark(key) != self.mark {
            return Ok(None);
        }
        let plain = decrypt(&cipher(key)?, self.sealed)?;
        String::from_utf8(plain).map(Some).map_err(|e| fault("a sealed body is not text", e))
    }
}

/// Destroys a person's key: the bodies of all their sealed events are gone for good, and the chain still verifies. Answers
/// whether there was one. Older backups still hold it until they are deleted.
pub fn destroy(tx: &mut Tx<'_>, person: &str) -> Result<bool, Refusal> {
    Ok(tx.run("DELETE FROM person_keys WHERE person = $1", args![person])? > 0)
}
