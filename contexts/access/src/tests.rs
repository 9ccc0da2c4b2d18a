//! Promises that need the house.
