//! A file system for `SQLite`, in memory, that loses power: only what was synced is sure to be there afterwards. What
//! was not may be there whole, in part, in any order, or not at all.

mod vfs;

use rand_chacha::rand_core::RngCore;
use std::collections::BTreeMap;
use std::io::{self, ErrorKind};
use std::sync::{Arc, Mutex, MutexGuard, Once, PoisonError};

/// The name under which `SQLite` knows it.
pub(super) const VFS: &str = "lying-disk";
/// What a disk writes at once or not at all.
const SECTOR_BYTES: usize = 512;

static DISKS: Mutex<BTreeMap<String, Arc<Mutex<World>>>> = Mutex::new(BTreeMap::new());
/// The disk of temporary files: its power never fails, and it is never read again.
const TEMPORARY: &str = "temporary";
static REGISTERED: Once = Once::new();

/// One disk. Its files are those whose path begins with its name.
pub(super) struct Disk {
    name: String,
    world: Arc<Mutex<World>>,
}

/// What the power does to writes that were not synced.
#[derive(Clone, Copy, Debug)]
enum Loss {
    All,
    Nothing,
    SomeWrites,
    SomeSectors,
}

#[derive(Default)]
struct World {
    files: BTreeMap<String, File>,
    /// Changes until the power fails.
    steps_left: Option<u64>,
    /// Bytes until the disk is full.
    bytes_left: Option<usize>,
}

#[derive(Clone, Default)]
struct File {
    /// What a program sees.
    seen: Vec<u8>,
    /// What is sure to survive.
    synced: Vec<u8>,
    /// Was the file itself synced since it was made?
    exists_for_sure: bool,
    unsynced: Vec<Change>,
}

#[derive(Clone)]
enum Change {
    Write { at: usize, bytes: Vec<u8> },
    SetLen(usize),
}

impl Disk {
    /// An empty disk. `name` must be no other test's.
    pub fn new(name: &str) -> Self {
        REGISTERED.call_once(|| {
            lock(&DISKS).insert(TEMPORARY.to_owned(), Arc::default());
            sqlite_vfs::register(VFS, vfs::LyingDisk, false).expect("registers");
        });
        let world: Arc<Mutex<World>> = Arc::default();
        lock(&DISKS).insert(name.to_owned(), Arc::clone(&world));
        Self { name: name.to_owned(), world }
    }

    /// The path of a file on it.
    pub fn path(&self, file: &str) -> String {
        format!("{}/{file}", self.name)
    }

    /// Lets the power fail at the change number `steps` from now: that one may be lost already.
    pub fn fail_after(&self, steps: u64) {
        lock(&self.world).steps_left = Some(steps);
    }

    /// Lets the disk be full after `bytes` more bytes.
    pub fn full_after(&self, bytes: usize) {
        lock(&self.world).bytes_left = Some(bytes);
    }

    /// Has the power failed?
    pub fn has_failed(&self) -> bool {
        lock(&self.world).steps_left == Some(0)
    }

    /// The power comes back: the files are what has survived.
    pub fn restart(&self, random: &mut impl RngCore) {
        let mut world = lock(&self.world);
        world.steps_left = None;
        let losses = [Loss::All, Loss::Nothing, Loss::SomeWrites, Loss::SomeSectors];
        let loss = losses[random.next_u32() as usize % losses.len()];
        world.files.retain(|_, file| file.exists_for_sure || random.next_u32().is_multiple_of(2));
        for file in world.files.values_mut() {
            let survived = file.survive(loss, random);
            *file = File { seen: survived.clone(), synced: survived, exists_for_sure: true, unsynced: Vec::new() };
        }
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        lock(&DISKS).remove(&self.name);
    }
}

impl World {
    /// Counts a change; an error when the power is off.
    fn step(&mut self) -> io::Result<()> {
        match &mut self.steps_left {
            Some(0) => return Err(io::Error::other("no power")),
            Some(left) => *left -= 1,
            None => {}
        }
        Ok(())
    }

    fn file(&mut self, path: &str) -> io::Result<&mut File> {
        self.files.get_mut(path).ok_or_else(|| ErrorKind::NotFound.into())
    }
}

impl File {
    fn change(&mut self, change: Change) {
        change.apply(&mut self.seen);
        self.unsynced.push(change);
    }

    fn survive(&self, loss: Loss, random: &mut impl RngCore) -> Vec<u8> {
        let mut bytes = self.synced.clone();
        for change in &self.unsynced {
            match (loss, change) {
                (Loss::Nothing, _) => change.apply(&mut bytes),
                (Loss::SomeSectors, Change::Write { at, bytes: written }) => {
                    for (index, sector) in written.chunks(SECTOR_BYTES).enumerate() {
                        if random.next_u32().is_multiple_of(2) {
                            let at = at + index * SECTOR_BYTES;
                            Change::Write { at, bytes: sector.to_vec() }.apply(&mut bytes);
                        }
                    }
                }
                (Loss::SomeWrites | Loss::SomeSectors, _) if random.next_u32().is_multiple_of(2) => {
                    change.apply(&mut bytes);
                }
                (Loss::All | Loss::SomeWrites | Loss::SomeSectors, _) => {}
            }
        }
        bytes
    }
}

impl Change {
    fn apply(&self, file: &mut Vec<u8>) {
        match self {
            Self::SetLen(len) => file.resize(*len, 0),
            Self::Write { at, bytes } => {
                let end = at + bytes.len();
                if file.len() < end {
                    file.resize(end, 0);
                }
                file[*at..end].copy_from_slice(bytes);
            }
        }
    }
}

fn world_of(path: &str) -> io::Result<Arc<Mutex<World>>> {
    let name = path.split('/').next().unwrap_or_default();
    lock(&DISKS).get(name).cloned().ok_or_else(|| ErrorKind::NotFound.into())
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
