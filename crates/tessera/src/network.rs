//! A described network in the catalogue's words.

use engine::state::ResourceClass;
use intelligence::network::Class;

/// The class of the catalogue.
pub const fn class_of(class: Class) -> ResourceClass {
    match class {
        Class::Transport => ResourceClass::Transport,
        Class::Core => ResourceClass::Core,
        Class::Edge => ResourceClass::Edge,
        Class::RadioMacro => ResourceClass::RadioMacro,
        Class::RadioMicro => ResourceClass::RadioMicro,
        Class::RadioU6 => ResourceClass::RadioU6,
        Class::Haps => ResourceClass::Haps,
        Class::SatelliteBeam => ResourceClass::SatelliteBeam,
        Class::InferencePool => ResourceClass::InferencePool,
    }
}
