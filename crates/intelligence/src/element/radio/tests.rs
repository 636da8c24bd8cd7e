//! Radio models against values that others computed or measured.

mod cells;
mod links;
mod losses;
