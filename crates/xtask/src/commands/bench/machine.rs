//! What the machine says: about itself, and about the processes that are measured.

use crate::{clock, run};
use std::collections::HashMap;
use std::path::Path;

/// Processor time spent so far, in seconds.
#[derive(Clone, Copy)]
pub struct Cost(f64);

impl Cost {
    /// What was spent since.
    pub fn since(self, before: Cost) -> f64 {
        (self.0 - before.0).max(0.0)
    }
}

/// A process as `/proc` shows it.
struct Process {
    parent: u32,
    ticks: f64,
}

fn processes() -> HashMap<u32, Process> {
    let folders = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let one = |entry: std::fs::DirEntry| {
        let pid: u32 = entry.file_name().to_str()?.parse().ok()?;
        let stat = std::fs::read_to_string(entry.path().join("stat")).ok()?;
        // The program's name stands in brackets and may hold anything; the numbers come after the last bracket.
        let fields: Vec<&str> = stat.rsplit_once(") ")?.1.split(' ').collect();
        let number = |at: usize| fields.get(at).and_then(|text| text.parse::<f64>().ok()).unwrap_or(0.0);
        // Own time in user and system mode, and that of children that have ended.
        Some((pid, Process { parent: number(1) as u32, ticks: (11..15).map(number).sum() }))
    };
    folders.filter_map(one).collect()
}

fn family(root: u32) -> Vec<(u32, f64)> {
    let all = processes();
    let belongs = |mut pid: u32| {
        while pid > 1 && pid != root {
            pid = all.get(&pid).map_or(0, |process| process.parent);
        }
        pid == root
    };
    all.iter().filter(|(pid, _)| belongs(**pid)).map(|(pid, process)| (*pid, process.ticks)).collect()
}

/// What a process and all its descendants have spent. The kernel counts in hundredths of a second.
pub fn cost(root: u32) -> Cost {
    Cost(family(root).iter().map(|(_, ticks)| ticks / 100.0).sum())
}

/// What our own children that have ended had spent, in seconds: the difference around one child is what it cost.
pub fn ended_children() -> Cost {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit_once(") ").map_or("", |(_, rest)| rest).split(' ').collect();
    let number = |at: usize| fields.get(at).and_then(|text| text.parse::<f64>().ok()).unwrap_or(0.0);
    Cost((number(13) + number(14)) / 100.0)
}

/// The memory that the largest process of a family holds, in MB.
pub fn memory(root: u32) -> f64 {
    let resident = |pid: u32| {
        let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        line.split_whitespace().next()?.parse::<f64>().ok()
    };
    family(root).into_iter().filter_map(|(pid, _)| resident(pid)).fold(0.0, f64::max) / 1024.0
}

/// A file's size in MB.
pub fn size_of(file: &Path) -> f64 {
    std::fs::metadata(file).map_or(0.0, |file| file.len() as f64 / 1_048_576.0)
}

/// The machine, a line for each fact.
pub fn facts() -> Vec<(String, String)> {
    let read = |file: &str| std::fs::read_to_string(file).unwrap_or_default();
    let (cpu, memory, load) = (read("/proc/cpuinfo"), read("/proc/meminfo"), read("/proc/loadavg"));
    let model = cpu.lines().find_map(|line| line.strip_prefix("model name")).map_or("?", |rest| rest.trim_start_matches([' ', '\t', ':']));
    let kilobytes = memory.lines().find_map(|line| line.strip_prefix("MemTotal:")?.split_whitespace().next()?.parse::<f64>().ok());
    let say = |program: &str, words: &[&str]| run::answer(program, words).unwrap_or_else(|| "?".to_owned());
    let psql = crate::database::binaries().map(|bin| bin.join("postgres").display().to_string()).unwrap_or_default();
    let facts = [
        ("date", clock::today()),
        ("commit", say("git", &["describe", "--always", "--dirty"])),
        ("processor", format!("{} × {model}", std::thread::available_parallelism().map_or(0, usize::from))),
        ("memory", format!("{:.0} GB", kilobytes.unwrap_or(0.0) / 1_048_576.0)),
        ("system", say("uname", &["-sr"])),
        ("compiler", say("rustc", &["--version"])),
        ("PostgreSQL", say(&psql, &["--version"])),
        ("load before the run, 1 and 5 minutes", load.split(' ').take(2).collect::<Vec<_>>().join(" and ")),
    ];
    facts.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
