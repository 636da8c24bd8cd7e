//! The network as its operator would describe it: elements, their capacity, their places, what they hang on.

use std::collections::BTreeMap;
use std::fmt;

use types::{H3Cell, RadioCellId, ResourceId};

use crate::layout;
use crate::traffic::Traffic;

/// What an element is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// A macro sector on n78 (3.5 GHz): 400 to 600 Mbit/s.
    MacroN78,
    /// A street-level small cell on n78: 200 to 300 Mbit/s.
    MicroN78,
    /// A macro-sited sector on n104 (upper 6 GHz, 6425 to 7125 MHz): about 1.2 Gbit/s.
    U6GHzN104,
    /// The link from a site to the core.
    Transport,
    /// The user plane of the 5G core (UPF).
    Core,
    /// An edge site with its own local breakout.
    Edge,
}

/// One element of the network.
#[derive(Clone, Debug, PartialEq)]
pub struct Element {
    /// Its identity, drawn from the seed.
    pub id: ResourceId,
    /// Its identity as a radio cell, of the same 128 bits as `id`; `None` for any other element.
    pub radio_cell: Option<RadioCellId>,
    /// A stable name, for example `macro-07-b`.
    pub name: String,
    /// What it is.
    pub class: Class,
    /// Whose traffic it carries; `None` unless it is a radio cell.
    pub traffic: Option<Traffic>,
    /// Nominal capacity in kbit/s.
    pub capacity_kbps: u64,
    /// Latitude in degrees.
    pub lat_deg: f64,
    /// Longitude in degrees.
    pub lon_deg: f64,
    /// The H3 cells of resolution 8 it serves, ascending; empty unless it is a radio cell.
    pub serves: Vec<H3Cell>,
    /// What it hangs on; `None` for the core.
    pub upstream: Option<ResourceId>,
    /// One-way delay through it when idle, in µs.
    pub base_delay_us: u32,
}

/// A city's network.
#[derive(Clone, Debug)]
pub struct City {
    seed: u64,
    elements: Vec<Element>,
    by_id: BTreeMap<ResourceId, usize>,
    by_place: BTreeMap<H3Cell, Vec<usize>>,
}

impl City {
    /// The resolution of [`Element::serves`].
    pub const H3_RESOLUTION: u8 = 8;

    /// A city of 200 radio cells around Amsterdam's centre, one core and two edge sites. The seed draws positions,
    /// capacities and ids.
    pub fn sample(seed: u64) -> Self {
        let elements = layout::elements(seed);
        let by_id = elements.iter().enumerate().map(|(index, element)| (element.id, index)).collect();
        let mut by_place: BTreeMap<H3Cell, Vec<usize>> = BTreeMap::new();
        for (index, element) in elements.iter().enumerate() {
            element.serves.iter().for_each(|place| by_place.entry(*place).or_default().push(index));
        }
        Self { seed, elements, by_id, by_place }
    }

    /// The seed it was drawn from.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// Every element: the core, edge sites and transport first, then radio cells.
    pub fn elements(&self) -> &[Element] {
        &self.elements
    }

    /// The radio cells.
    pub fn radio_cells(&self) -> impl Iterator<Item = &Element> {
        self.elements.iter().filter(|element| element.radio_cell.is_some())
    }

    /// The element with this id.
    pub fn element(&self, id: ResourceId) -> Option<&Element> {
        self.by_id.get(&id).map(|index| &self.elements[*index])
    }

    /// Every H3 cell that is served, ascending: the city's disc.
    pub fn places(&self) -> impl Iterator<Item = H3Cell> {
        self.by_place.keys().copied()
    }

    /// The radio cells that serve `place`, which may be finer than resolution 8; empty outside the city.
    pub fn serving(&self, place: H3Cell) -> impl Iterator<Item = &Element> {
        self.serving_indices(place).iter().map(|index| &self.elements[*index])
    }

    /// The elements a flow crosses: the radio cell, its transport, then the edge site asked for or else the core.
    /// `None` when the radio cell or the edge site does not exist.
    pub fn path(&self, radio_cell: RadioCellId, edge: Option<ResourceId>) -> Option<[&Element; 3]> {
        self.path_indices(radio_cell, edge).map(|path| path.map(|index| &self.elements[index]))
    }

    /// One-way delay in µs of that path when idle: what planning takes off a promised delay before it buys a rate.
    pub fn base_delay_us(&self, radio_cell: RadioCellId, edge: Option<ResourceId>) -> Option<u32> {
        self.path(radio_cell, edge).map(|path| path.iter().map(|element| element.base_delay_us).sum())
    }

    /// One line an element.
    pub fn summary(&self) -> String {
        self.elements.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    }

    pub(crate) fn serving_indices(&self, place: H3Cell) -> &[usize] {
        let parent = layout::parent(place);
        parent.and_then(|parent| self.by_place.get(&parent)).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn path_indices(&self, radio_cell: RadioCellId, edge: Option<ResourceId>) -> Option<[usize; 3]> {
        let radio = self.radio_index(radio_cell)?;
        let transport = self.index(self.elements[radio].upstream?)?;
        let last = match edge {
            Some(edge) => self.index(edge).filter(|index| self.elements[*index].class == Class::Edge)?,
            None => self.index(self.elements[transport].upstream?)?,
        };
        Some([radio, transport, last])
    }

    pub(crate) fn radio_index(&self, radio_cell: RadioCellId) -> Option<usize> {
        let index = self.index(ResourceId::from_u128(radio_cell.as_u128()))?;
        self.elements[index].radio_cell.map(|_| index)
    }

    fn index(&self, id: ResourceId) -> Option<usize> {
        self.by_id.get(&id).copied()
    }
}

impl Class {
    /// Its name on the page.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MacroN78 => "macro-n78",
            Self::MicroN78 => "micro-n78",
            Self::U6GHzN104 => "u6ghz-n104",
            Self::Transport => "transport",
            Self::Core => "core",
            Self::Edge => "edge",
        }
    }
}

impl fmt::Display for Element {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:<12} {:<10} {:>8} kbit/s {:>6} µs  {:.5},{:.5}  {} H3 cells  {}",
            self.name,
            self.class.as_str(),
            self.capacity_kbps,
            self.base_delay_us,
            self.lat_deg,
            self.lon_deg,
            self.serves.len(),
            self.id,
        )
    }
}
