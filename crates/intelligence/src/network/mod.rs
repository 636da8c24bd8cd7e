//! The network: where it reaches, over which path, at what delay.
