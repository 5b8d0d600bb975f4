//! How is what a batch has done kept in files that are whole or of no use at all?
//!
//! A file begins with [`MAGIC`] and the batch's identity, then come members, columns of sums, a count of segments and a text that says what the
//! figures are, in any number, an end mark, and the blake3 of all before it. A file that is cut, or of which a byte has changed, is refused whole.
//! A member comes with its id and what the table gave it, so that a later batch can say what has changed.

use super::error::BatchError;
use crate::report::files::PendingFile;
use crate::statistics::Estimate;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

const MAGIC: &[u8; 16] = b"tailcost batch 3";
const END: u8 = 0;
const MEMBER: u8 = 1;
const COLUMN: u8 = 2;
const SEGMENTS: u8 = 3;
const CATALOGUE: u8 = 4;
const HASH: u64 = blake3::OUT_LEN as u64;

/// What a member came to: its figures by scenario, or why it has none.
pub(super) type Outcome = Result<Vec<Vec<Estimate>>, String>;

/// A member as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept {
    pub id: String,
    /// What the expressions gave, in the order of the plan's mapped keys.
    pub values: Vec<f64>,
    pub outcome: Outcome,
}

/// A file on its way.
pub(super) struct Writer {
    path: PathBuf,
    file: BufWriter<PendingFile>,
    hasher: blake3::Hasher,
}

impl Writer {
    pub fn create(path: &Path, identity: &str) -> Result<Self, BatchError> {
        let file = BufWriter::with_capacity(1 << 20, PendingFile::create(path)?);
        let mut writer = Self { path: path.to_path_buf(), file, hasher: blake3::Hasher::new() };
        writer.put(MAGIC)?;
        writer.put(&(identity.len() as u32).to_le_bytes())?;
        writer.put(identity.as_bytes())?;
        Ok(writer)
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), BatchError> {
        self.hasher.update(bytes);
        self.file.write_all(bytes).map_err(BatchError::file(&self.path))
    }

    pub fn member(&mut self, index: u32, kept: &Kept) -> Result<(), BatchError> {
        self.member_bytes(index, &encoded(kept))
    }

    /// What the figures are.
    pub fn catalogue(&mut self, text: &str) -> Result<(), BatchError> {
        self.put(&[CATALOGUE])?;
        self.put(&(text.len() as u32).to_le_bytes())?;
        self.put(text.as_bytes())
    }

    /// A member as another file has it.
    pub fn member_bytes(&mut self, index: u32, bytes: &[u8]) -> Result<(), BatchError> {
        self.put(&[MEMBER])?;
        self.put(&index.to_le_bytes())?;
        self.put(&(bytes.len() as u32).to_le_bytes())?;
        self.put(bytes)
    }

    pub fn column(&mut self, column: &[i64]) -> Result<(), BatchError> {
        self.put(&[COLUMN])?;
        self.put(&(column.len() as u64).to_le_bytes())?;
        let mut bytes = Vec::with_capacity(8 * 4096);
        for years in column.chunks(4096) {
            bytes.clear();
            years.iter().for_each(|year| bytes.extend(year.to_le_bytes()));
            self.put(&bytes)?;
        }
        Ok(())
    }

    pub fn segments(&mut self, count: u64) -> Result<(), BatchError> {
        self.put(&[SEGMENTS])?;
        self.put(&count.to_le_bytes())
    }

    /// Ends the file, brings it to the disk and gives it its name.
    pub fn finish(mut self) -> Result<(), BatchError> {
        self.put(&[END])?;
        let hash = *self.hasher.finalize().as_bytes();
        let path = self.path;
        let mut file = self.file;
        file.write_all(&hash).map_err(BatchError::file(&path))?;
        let file = file.into_inner().map_err(|error| BatchError::file(&path)(error.into_error()))?;
        Ok(file.keep()?)
    }
}

/// A file that is whole.
#[derive(Debug)]
pub(super) struct Sealed {
    pub path: PathBuf,
    pub identity: String,
    /// By member: where its bytes stand.
    members: BTreeMap<u32, (u64, u32)>,
    columns: Vec<(u64, u64)>,
    pub segments: Option<u64>,
    pub catalogue: Option<String>,
    file: Mutex<File>,
}

impl Sealed {
    /// Reads a file through and checks it.
    ///
    /// # Errors
    /// No such file, or one that is not whole.
    pub fn open(path: &Path) -> Result<Self, BatchError> {
        let file = File::open(path).map_err(BatchError::file(path))?;
        let length = file.metadata().map_err(BatchError::file(path))?.len();
        let reader = BufReader::with_capacity(1 << 20, &file);
        let mut pass = Pass { reader, hasher: blake3::Hasher::new(), at: 0, end: length.saturating_sub(HASH), path };
        let mut magic = [0; MAGIC.len()];
        pass.take(&mut magic)?;
        if magic != *MAGIC {
            return Err(BatchError::stored(path, "not a file of a batch of this version"));
        }
        let count = pass.number::<4>()?;
        let identity = String::from_utf8(pass.bytes(count)?).map_err(|_| pass.damaged())?;
        let (mut members, mut columns) = (BTreeMap::new(), Vec::new());
        let (mut segments, mut catalogue) = (None, None);
        loop {
            match pass.number::<1>()? as u8 {
                END => break,
                MEMBER => {
                    let (index, count) = (pass.number::<4>()? as u32, pass.number::<4>()?);
                    if members.insert(index, (pass.at, count as u32)).is_some() {
                        return Err(pass.damaged());
                    }
                    pass.skip(count)?;
                }
                COLUMN => {
                    let years = pass.number::<8>()?;
                    columns.push((pass.at, years));
                    pass.skip(years.checked_mul(8).ok_or_else(|| pass.damaged())?)?;
                }
                SEGMENTS => segments = Some(pass.number::<8>()?),
                CATALOGUE => {
                    let count = pass.number::<4>()?;
                    catalogue = Some(String::from_utf8(pass.bytes(count)?).map_err(|_| pass.damaged())?);
                }
                _ => return Err(pass.damaged()),
            }
        }
        let found = *pass.hasher.finalize().as_bytes();
        let mut expected = [0; blake3::OUT_LEN];
        let at_end = pass.at == pass.end && pass.reader.read_exact(&mut expected).is_ok();
        if !at_end || found != expected {
            return Err(pass.damaged());
        }
        drop(pass);
        let file = Mutex::new(file);
        Ok(Self { path: path.to_path_buf(), identity, members, columns, segments, catalogue, file })
    }

    pub fn indices(&self) -> impl Iterator<Item = u32> {
        self.members.keys().copied()
    }

    pub fn bytes(&self, index: u32) -> Result<Option<Vec<u8>>, BatchError> {
        self.members.get(&index).map(|(at, count)| self.read(*at, u64::from(*count))).transpose()
    }

    pub fn member(&self, index: u32) -> Result<Option<Kept>, BatchError> {
        let Some(bytes) = self.bytes(index)? else { return Ok(None) };
        decoded(&bytes).map(Some).ok_or_else(|| BatchError::stored(&self.path, "a member that cannot be read"))
    }

    pub fn columns(&self) -> usize {
        self.columns.len()
    }

    pub fn column(&self, index: usize) -> Result<Vec<i64>, BatchError> {
        let (at, years) = self.columns[index];
        let bytes = self.read(at, 8 * years)?;
        Ok(bytes.chunks_exact(8).map(|year| i64::from_le_bytes(year.try_into().expect("eight bytes"))).collect())
    }

    fn read(&self, at: u64, count: u64) -> Result<Vec<u8>, BatchError> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let mut bytes = vec![0; count as usize];
        file.seek(SeekFrom::Start(at)).map_err(BatchError::file(&self.path))?;
        file.read_exact(&mut bytes).map_err(BatchError::file(&self.path))?;
        Ok(bytes)
    }
}

/// One pass through a file.
struct Pass<'f> {
    reader: BufReader<&'f File>,
    hasher: blake3::Hasher,
    at: u64,
    /// Where the hash begins.
    end: u64,
    path: &'f Path,
}

impl Pass<'_> {
    fn damaged(&self) -> BatchError {
        BatchError::stored(self.path, "the file is cut or damaged: its checksum does not match")
    }

    fn take(&mut self, bytes: &mut [u8]) -> Result<(), BatchError> {
        if self.at + bytes.len() as u64 > self.end {
            return Err(self.damaged());
        }
        self.reader.read_exact(bytes).map_err(BatchError::file(self.path))?;
        self.hasher.update(bytes);
        self.at += bytes.len() as u64;
        Ok(())
    }

    fn number<const BYTES: usize>(&mut self) -> Result<u64, BatchError> {
        let mut bytes = [0; 8];
        self.take(&mut bytes[..BYTES])?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn bytes(&mut self, count: u64) -> Result<Vec<u8>, BatchError> {
        if count > self.end.saturating_sub(self.at) {
            return Err(self.damaged());
        }
        let mut bytes = vec![0; count as usize];
        self.take(&mut bytes)?;
        Ok(bytes)
    }

    fn skip(&mut self, mut count: u64) -> Result<(), BatchError> {
        let mut bytes = [0; 1 << 14];
        while count > 0 {
            let step = count.min(bytes.len() as u64) as usize;
            self.take(&mut bytes[..step])?;
            count -= step as u64;
        }
        Ok(())
    }
}

const FIGURES: u8 = 0;
const FAILED: u8 = 1;

/// Bounds that are withheld are stored as what is not a number.
fn encoded(kept: &Kept) -> Vec<u8> {
    let mut bytes = Vec::new();
    bytes.extend((kept.id.len() as u32).to_le_bytes());
    bytes.extend(kept.id.as_bytes());
    bytes.extend((kept.values.len() as u32).to_le_bytes());
    kept.values.iter().for_each(|value| bytes.extend(value.to_le_bytes()));
    match &kept.outcome {
        Ok(scenarios) => {
            bytes.push(FIGURES);
            bytes.extend((scenarios.len() as u32).to_le_bytes());
            for figures in scenarios {
                bytes.extend((figures.len() as u32).to_le_bytes());
                for figure in figures {
                    let bounds = [figure.low, figure.high].map(|bound| bound.unwrap_or(f64::NAN));
                    [figure.value, bounds[0], bounds[1]].iter().for_each(|x| bytes.extend(x.to_le_bytes()));
                }
            }
        }
        Err(reason) => {
            bytes.push(FAILED);
            bytes.extend(reason.as_bytes());
        }
    }
    bytes
}

/// What is left of a member's bytes.
struct Rest<'b>(&'b [u8]);

impl Rest<'_> {
    fn count(&mut self) -> Option<usize> {
        let (first, after) = self.0.split_first_chunk::<4>()?;
        self.0 = after;
        usize::try_from(u32::from_le_bytes(*first)).ok()
    }

    fn number(&mut self) -> Option<f64> {
        let (first, after) = self.0.split_first_chunk::<8>()?;
        self.0 = after;
        Some(f64::from_le_bytes(*first))
    }

    fn text(&mut self, count: usize) -> Option<String> {
        let (text, after) = self.0.split_at_checked(count)?;
        self.0 = after;
        String::from_utf8(text.to_vec()).ok()
    }
}

fn decoded(bytes: &[u8]) -> Option<Kept> {
    let mut rest = Rest(bytes);
    let count = rest.count()?;
    let id = rest.text(count)?;
    let values = (0..rest.count()?).map(|_| rest.number()).collect::<Option<_>>()?;
    let (kind, after) = rest.0.split_first()?;
    rest.0 = after;
    let outcome = match *kind {
        FAILED => Err(rest.text(after.len())?),
        FIGURES => {
            let mut all = Vec::new();
            for _ in 0..rest.count()? {
                let mut of_scenario = Vec::new();
                for _ in 0..rest.count()? {
                    let value = rest.number()?;
                    let bounds = [rest.number()?, rest.number()?].map(|bound| Some(bound).filter(|b| !b.is_nan()));
                    of_scenario.push(Estimate { value, low: bounds[0], high: bounds[1] });
                }
                all.push(of_scenario);
            }
            Ok(all)
        }
        _ => return None,
    };
    rest.0.is_empty().then_some(Kept { id, values, outcome })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seven() -> Kept {
        let figures = vec![vec![Estimate::between(1.0, 0.5, 1.5), Estimate::bare(2.0)], vec![]];
        Kept { id: "Älpha".into(), values: vec![0.1, -2.5e300], outcome: Ok(figures) }
    }

    fn written(path: &Path) {
        let mut writer = Writer::create(path, "identity").unwrap();
        writer.member(7, &seven()).unwrap();
        writer.member(3, &Kept { id: "3".into(), values: Vec::new(), outcome: Err("too large".into()) }).unwrap();
        writer.column(&[1, -2, i64::MAX]).unwrap();
        writer.segments(4).unwrap();
        writer.catalogue("what they are").unwrap();
        writer.finish().unwrap();
    }

    #[test]
    fn what_was_written_is_read() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("part");
        written(&path);
        let sealed = Sealed::open(&path).unwrap();
        assert_eq!((sealed.identity.as_str(), sealed.segments), ("identity", Some(4)));
        assert_eq!(sealed.indices().collect::<Vec<_>>(), [3, 7]);
        assert_eq!(sealed.catalogue.as_deref(), Some("what they are"));
        assert_eq!(sealed.member(7).unwrap().unwrap(), seven());
        assert_eq!(sealed.member(3).unwrap().unwrap().outcome.unwrap_err(), "too large");
        assert_eq!(sealed.member(4).unwrap(), None);
        assert_eq!(sealed.column(0).unwrap(), [1, -2, i64::MAX]);
    }

    #[test]
    fn every_byte_that_changed_and_every_cut_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("part");
        written(&path);
        let whole = std::fs::read(&path).unwrap();
        let refused = |bytes: &[u8], what: String| {
            std::fs::write(&path, bytes).unwrap();
            assert!(matches!(Sealed::open(&path), Err(BatchError::Stored { .. })), "{what}");
        };
        for at in 0..whole.len() {
            for flip in [1, 0x80, 0xff] {
                let mut bytes = whole.clone();
                bytes[at] ^= flip;
                refused(&bytes, format!("byte {at} changed by {flip}"));
            }
            refused(&whole[..at], format!("cut at {at}"));
        }
        refused(&[&whole[..], &[0]].concat(), "a byte more".into());
    }
}
