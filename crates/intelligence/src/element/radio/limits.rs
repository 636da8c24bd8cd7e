//! What bounds the work of the radio models.

/// Rows of a link curve that an operator brings.
pub const LINK_ROWS_MAX: usize = 1_024;
/// Layers that one device is given: what TS 38.214 carries in one codeword, and the most a device receives.
pub const LAYERS_MAX: u32 = 8;
/// Radial steps of the quadrature over a cell's area.
pub const RADII: u32 = 24;
/// Angular steps of it.
pub const ANGLES: u32 = 24;
/// Devices drawn at each of its points.
pub const DRAWS: u32 = 16;
