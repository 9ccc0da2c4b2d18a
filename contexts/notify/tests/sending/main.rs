//! What leaves the house, on real sockets: a receiver that obeys, fails, hangs, drips and never ends, and a real mail server.

mod hooks;
mod mails;
mod pages;
mod receiver;
mod world;
