//! Where does the program start?
fn main() {}
