//! A usage record as a `CloudEvent` (`CloudEvents` 1.0, JSON format §2), read without copying what it says.
//!
//! A record that is not one is read all the same, so that the others of its batch are not lost with it.

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// What is known of a record; each member as it was written.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Record<'a> {
    pub specversion: Said<'a>,
    pub id: Said<'a>,
    pub source: Said<'a>,
    pub kind: Said<'a>,
    pub subject: Said<'a>,
    pub datacontenttype: Said<'a>,
    pub data: Data<'a>,
    /// It is not even an object of JSON that can be read.
    pub unreadable: bool,
}

/// What was delivered.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Data<'a> {
    pub quantity: Said<'a>,
    pub unit: Said<'a>,
}

/// A member, as far as it can be meant.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) enum Said<'a> {
    /// Nothing.
    #[default]
    Nothing,
    /// A text.
    Text(Cow<'a, str>),
    /// A whole number from 0.
    Number(u64),
    /// Anything else.
    Other,
}

impl Said<'_> {
    /// Its text, where it is one.
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Nothing | Self::Number(_) | Self::Other => None,
        }
    }
}

/// Records of a batch, in order; `None` when there are more than may be.
pub(crate) fn read(bytes: &[u8], most: usize) -> Result<Option<Vec<Record<'_>>>, serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let read = deserializer.deserialize_seq(Batch { most }).and_then(|records| deserializer.end().map(|()| records));
    match read {
        Ok(records) => Ok(records),
        // A number that no machine holds, a text that is no Unicode: one record is at fault, if the rest can be read.
        Err(_) => one_by_one(bytes, most),
    }
}

fn one_by_one(bytes: &[u8], most: usize) -> Result<Option<Vec<Record<'_>>>, serde_json::Error> {
    let raw: Vec<&RawValue> = serde_json::from_slice(bytes)?;
    let unreadable = || Record { unreadable: true, ..Record::default() };
    if raw.len() > most {
        return Ok(None);
    }
    Ok(Some(raw.into_iter().map(|raw| serde_json::from_str(raw.get()).unwrap_or_else(|_| unreadable())).collect()))
}

/// Reads a list of at most so many.
struct Batch {
    most: usize,
}

impl<'de> Visitor<'de> for Batch {
    type Value = Option<Vec<Record<'de>>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of CloudEvents")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut records = Vec::new();
        while let Some(record) = list.next_element()? {
            if records.len() == self.most {
                while list.next_element::<IgnoredAny>()?.is_some() {}
                return Ok(None);
            }
            records.push(record);
        }
        Ok(Some(records))
    }
}

/// The members of a record that are looked at; others are extensions.
#[derive(serde::Deserialize)]
#[serde(field_identifier, rename_all = "lowercase")]
enum Member {
    Specversion,
    Id,
    Source,
    Type,
    Subject,
    Datacontenttype,
    Data,
    #[serde(other)]
    Another,
}

/// The members of its data.
#[derive(serde::Deserialize)]
#[serde(field_identifier, rename_all = "lowercase")]
enum Of {
    Quantity,
    Unit,
    #[serde(other)]
    Another,
}

struct Records;
struct Delivered;
struct Anything;

impl<'de> Deserialize<'de> for Record<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Records)
    }
}

impl<'de> Deserialize<'de> for Data<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Delivered)
    }
}

impl<'de> Deserialize<'de> for Said<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Anything)
    }
}

/// What is not of the form that is expected is this, whatever it is.
macro_rules! whatever {
    ($lifetime:lifetime, $what:expr; $($scalar:ident),*) => {
        $(scalar!($scalar, $what);)*

        fn visit_unit<E: serde::de::Error>(self) -> Result<Self::Value, E> {
            Ok($what)
        }

        fn visit_seq<A: SeqAccess<$lifetime>>(self, mut list: A) -> Result<Self::Value, A::Error> {
            while list.next_element::<IgnoredAny>()?.is_some() {}
            Ok($what)
        }
    };
}

macro_rules! scalar {
    (bool, $what:expr) => {
        scalar!(visit_bool, bool, $what);
    };
    (i64, $what:expr) => {
        scalar!(visit_i64, i64, $what);
    };
    (u64, $what:expr) => {
        scalar!(visit_u64, u64, $what);
    };
    (f64, $what:expr) => {
        scalar!(visit_f64, f64, $what);
    };
    (str, $what:expr) => {
        scalar!(visit_str, &str, $what);
    };
    ($visit:ident, $scalar:ty, $what:expr) => {
        fn $visit<E: serde::de::Error>(self, _: $scalar) -> Result<Self::Value, E> {
            Ok($what)
        }
    };
}

impl<'de> Visitor<'de> for Records {
    type Value = Record<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a CloudEvent")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let mut record = Record::default();
        while let Some(member) = members.next_key()? {
            match member {
                Member::Specversion => record.specversion = members.next_value()?,
                Member::Id => record.id = members.next_value()?,
                Member::Source => record.source = members.next_value()?,
                Member::Type => record.kind = members.next_value()?,
                Member::Subject => record.subject = members.next_value()?,
                Member::Datacontenttype => record.datacontenttype = members.next_value()?,
                Member::Data => record.data = members.next_value()?,
                Member::Another => drop(members.next_value::<IgnoredAny>()?),
            }
        }
        Ok(record)
    }

    whatever!('de, Record { unreadable: true, ..Record::default() }; bool, i64, u64, f64, str);
}

impl<'de> Visitor<'de> for Delivered {
    type Value = Data<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("what was delivered")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let mut data = Data::default();
        while let Some(member) = members.next_key()? {
            match member {
                Of::Quantity => data.quantity = members.next_value()?,
                Of::Unit => data.unit = members.next_value()?,
                Of::Another => drop(members.next_value::<IgnoredAny>()?),
            }
        }
        Ok(data)
    }

    whatever!('de, Data::default(); bool, i64, u64, f64, str);
}

impl<'de> Visitor<'de> for Anything {
    type Value = Said<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Said::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Said::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Said::Number(number))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        while members.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Said::Other)
    }

    whatever!('de, Said::Other; bool, i64, f64);
}
