//! What `SQLite` calls: a thin layer over the disk.

use super::{Change, File, TEMPORARY, World, lock, world_of};
use sqlite_vfs::wip::{WalIndex, WalIndexLock};
use sqlite_vfs::{DatabaseHandle, LockKind, OpenOptions, Vfs};
use std::io::{self, ErrorKind};
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

static TEMPORARIES: AtomicU64 = AtomicU64::new(0);

/// All disks; the first part of a path says which.
pub(super) struct LyingDisk;

/// An open file.
pub(super) struct Handle {
    world: Arc<Mutex<World>>,
    path: String,
    lock: LockKind,
}

impl Vfs for LyingDisk {
    type Handle = Handle;

    fn open(&self, path: &str, _: OpenOptions) -> Result<Handle, io::Error> {
        let world = world_of(path)?;
        lock(&world).files.entry(path.to_owned()).or_default();
        Ok(Handle { world, path: path.to_owned(), lock: LockKind::None })
    }

    fn delete(&self, path: &str) -> Result<(), io::Error> {
        let world = world_of(path)?;
        let mut world = lock(&world);
        world.step()?;
        world.files.remove(path).map(|_| ()).ok_or_else(|| ErrorKind::NotFound.into())
    }

    fn exists(&self, path: &str) -> Result<bool, io::Error> {
        Ok(lock(&*world_of(path)?).files.contains_key(path))
    }

    fn temporary_name(&self) -> String {
        format!("{TEMPORARY}/{}", TEMPORARIES.fetch_add(1, Ordering::Relaxed))
    }

    fn random(&self, buffer: &mut [i8]) {
        buffer.fill(7);
    }

    fn sleep(&self, duration: std::time::Duration) -> std::time::Duration {
        duration
    }
}

impl DatabaseHandle for Handle {
    type WalIndex = OneConnection;

    fn size(&self) -> Result<u64, io::Error> {
        Ok(lock(&self.world).file(&self.path)?.seen.len() as u64)
    }

    fn read_exact_at(&mut self, buffer: &mut [u8], offset: u64) -> Result<(), io::Error> {
        let mut world = lock(&self.world);
        let from = world.file(&self.path)?.seen.get(place(offset)?..).unwrap_or_default();
        let read = from.len().min(buffer.len());
        buffer[..read].copy_from_slice(&from[..read]);
        // SQLite relies on zeros after the end of a file.
        buffer[read..].fill(0);
        if read == buffer.len() { Ok(()) } else { Err(ErrorKind::UnexpectedEof.into()) }
    }

    fn write_all_at(&mut self, buffer: &[u8], offset: u64) -> Result<(), io::Error> {
        let mut world = lock(&self.world);
        world.step()?;
        match &mut world.bytes_left {
            Some(left) if *left < buffer.len() => return Err(ErrorKind::WriteZero.into()),
            Some(left) => *left -= buffer.len(),
            None => {}
        }
        let file = world.file(&self.path)?;
        file.change(Change::Write { at: place(offset)?, bytes: buffer.to_vec() });
        Ok(())
    }

    fn sync(&mut self, _: bool) -> Result<(), io::Error> {
        let mut world = lock(&self.world);
        world.step()?;
        if world.steps_left == Some(0) {
            return Err(io::Error::other("no power"));
        }
        let file = world.file(&self.path)?;
        let seen = file.seen.clone();
        *file = File { synced: seen.clone(), seen, exists_for_sure: true, unsynced: Vec::new() };
        Ok(())
    }

    fn set_len(&mut self, size: u64) -> Result<(), io::Error> {
        let mut world = lock(&self.world);
        world.step()?;
        world.file(&self.path)?.change(Change::SetLen(place(size)?));
        Ok(())
    }

    fn lock(&mut self, lock: LockKind) -> Result<bool, io::Error> {
        self.lock = lock;
        Ok(true)
    }

    fn reserved(&mut self) -> Result<bool, io::Error> {
        Ok(false)
    }

    fn current_lock(&self) -> Result<LockKind, io::Error> {
        Ok(self.lock)
    }

    fn wal_index(&self, _: bool) -> Result<OneConnection, io::Error> {
        Ok(OneConnection)
    }
}

static NO_INDEX: [u8; 32_768] = [0; 32_768];

/// The index of the write-ahead log when only one connection is open: nobody shares it, nobody contends.
pub(super) struct OneConnection;

impl WalIndex for OneConnection {
    fn map(&mut self, _: u32) -> Result<[u8; 32_768], io::Error> {
        Ok(NO_INDEX)
    }

    fn lock(&mut self, _: Range<u8>, _: WalIndexLock) -> Result<bool, io::Error> {
        Ok(true)
    }

    fn delete(self) -> Result<(), io::Error> {
        Ok(())
    }
}

fn place(offset: u64) -> io::Result<usize> {
    usize::try_from(offset).map_err(io::Error::other)
}
