//! What has a finished batch left behind, by member?

use super::error::BatchError;
use super::finish::parts;
use super::sealed::Kept;
use super::store::{Catalogue, Store};
use crate::outcome::book::{BOOK_SCHEMA, Book};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// A finished batch, its members found by id.
pub struct Night {
    stores: Vec<Store>,
    catalogue: Catalogue,
    /// In the order of the table: id, store, place in the table.
    members: Vec<(String, usize, u32)>,
    places: BTreeMap<String, usize>,
    failed: BTreeSet<String>,
}

impl Night {
    /// The batch whose result is `book`, from the part files in its directory.
    ///
    /// # Errors
    /// Part files that are missing, damaged, of another version or of another batch than the result.
    pub fn of_directory(directory: &Path, book: &Book) -> Result<Self, BatchError> {
        let refused = |reason: String| BatchError::NotABatch { directory: directory.to_path_buf(), reason };
        if book.schema != BOOK_SCHEMA {
            let found = book.schema;
            return Err(refused(format!("its result has schema {found}, this program reads {BOOK_SCHEMA}")));
        }
        let first = Store::all(directory)?.into_iter().next();
        let first = first.ok_or_else(|| refused("it has no part file (part-0001-of-0001.tcb)".into()))?;
        let identity = first.identity.clone();
        let plan = blake3::hash(book.provenance.plan.as_bytes()).to_hex().to_string();
        let hash = |text: &str| text.trim_start_matches("blake3:").to_owned();
        let configs: Vec<String> = book.scenarios.iter().map(|scenario| scenario.config_hash.clone()).collect();
        let theirs: Vec<String> = identity.configs.iter().map(|(_, hash)| hash.clone()).collect();
        let is_of_book = identity.plan == plan
            && hash(&identity.table) == hash(&book.provenance.table.blake3)
            && configs == theirs
            && (identity.years, identity.seed, identity.value_version) == (book.years, book.seed, book.value_version);
        if !is_of_book {
            return Err(refused("its part files are of another batch than its result".into()));
        }
        Self::of_stores(parts(directory, &identity)?)
    }

    /// A batch that has just been finished.
    ///
    /// # Errors
    /// Files that cannot be read.
    pub fn of_stores(stores: Vec<Store>) -> Result<Self, BatchError> {
        let mut catalogue = None;
        let (mut members, mut failed) = (Vec::new(), BTreeSet::new());
        for (place, store) in stores.iter().enumerate() {
            catalogue = Some(store.catalogue()?);
            for index in store.indices() {
                if let Some(kept) = store.member(index)? {
                    if kept.outcome.is_err() {
                        failed.insert(kept.id.clone());
                    }
                    members.push((kept.id, place, index));
                }
            }
        }
        members.sort_by_key(|(_, _, index)| *index);
        let places = members.iter().enumerate().map(|(place, (id, ..))| (id.clone(), place)).collect();
        let catalogue = catalogue.unwrap_or(Catalogue { mapped: Vec::new(), scenarios: Vec::new() });
        Ok(Self { stores, catalogue, members, places, failed })
    }

    pub(super) fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// In the order of the table, members that failed among them.
    pub(super) fn ids(&self) -> impl Iterator<Item = &str> {
        self.members.iter().map(|(id, ..)| id.as_str())
    }

    pub(super) fn has_failed(&self, id: &str) -> bool {
        self.failed.contains(id)
    }

    pub(super) fn member(&self, id: &str) -> Result<Option<Kept>, BatchError> {
        let Some(place) = self.places.get(id) else { return Ok(None) };
        let (_, store, index) = &self.members[*place];
        self.stores[*store].member(*index)
    }

    /// All members' sum, year by year, in units; `scenario` and `option` by their places in the catalogue.
    pub(super) fn column(&self, scenario: usize, option: usize) -> Result<Vec<i64>, BatchError> {
        let before = self.catalogue.scenarios[..scenario].iter().map(|scenario| scenario.options.len()).sum::<usize>();
        let mut sum: Vec<i64> = Vec::new();
        for store in &self.stores {
            let column = store.column(before + option)?;
            if sum.is_empty() {
                sum = column;
            } else {
                // What was added up without overflow once is so again.
                sum.iter_mut().zip(column).for_each(|(sum, own)| *sum = sum.wrapping_add(own));
            }
        }
        Ok(sum)
    }
}
