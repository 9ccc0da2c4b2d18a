//! What leaves the house, on real sockets: a receiver that obeys, fails, hangs, drips and never ends, and a real mail server.

#[cfg(test)]
mod hooks;
#[cfg(test)]
mod mails;
#[cfg(test)]
mod pages;
#[cfg(test)]
mod receiver;
#[cfg(test)]
mod world;
