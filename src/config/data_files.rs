//! Which data files did a config read, and with which contents?

use crate::outcome::DataFile;

/// Data files by path, each once.
#[derive(Debug, Clone, Default)]
pub(crate) struct DataFiles {
    files: Vec<DataFile>,
}

impl DataFiles {
    pub fn note(&mut self, path: &str, bytes: &[u8], location: Option<String>) {
        let blake3 = blake3::hash(bytes).to_hex().to_string();
        // Where it stands does not make it another one.
        if !self.files.iter().any(|file| file.path == path && file.blake3 == blake3) {
            self.files.push(DataFile { path: path.to_owned(), blake3, location });
        }
    }

    /// Sorted by path, so that the order of reading changes nothing.
    pub fn sorted(mut self) -> Vec<DataFile> {
        self.files.sort_by(|a, b| (&a.path, &a.blake3).cmp(&(&b.path, &b.blake3)));
        self.files
    }
}
