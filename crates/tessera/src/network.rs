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

/// The class as the API writes it.
pub const fn name_of(class: Class) -> &'static str {
    match class {
        Class::Transport => "transport",
        Class::Core => "core",
        Class::Edge => "edge",
        Class::RadioMacro => "radio_macro",
        Class::RadioMicro => "radio_micro",
        Class::RadioU6 => "radio_u6",
        Class::Haps => "haps",
        Class::SatelliteBeam => "satellite_beam",
        Class::InferencePool => "inference_pool",
    }
}
