//! `countersign`: the whole platform in one program.

fn main() -> std::process::ExitCode {
    server::cli::main()
}
