//! Where does the program start?

fn main() -> std::process::ExitCode {
    tailcost::cli::main()
}
