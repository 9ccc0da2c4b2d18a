//! Promises that need the house: a real store on each database there is, real pages behind the one door.

mod doors;
mod gate;
mod house;
mod invitations;
mod log;
mod pages;
mod second_factor;
mod sessions;
mod tokens;
