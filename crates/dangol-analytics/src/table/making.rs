//! From whatever serialises to [`Json`], without the detour over text.

use std::borrow::Cow;
use std::sync::Arc;

use serde::ser::{
    Error as _, Impossible, Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant,
    SerializeTuple, SerializeTupleStruct, SerializeTupleVariant, Serializer,
};

use super::ordered::Json;
use super::rows::Rows;

type Error = serde_json::Error;

/// Makes a value.
pub(super) struct Maker;

/// Where a row turns out to be no row of scalars; never seen outside.
fn no_row() -> Error {
    Error::custom("no row of scalars")
}

fn whole(value: u64) -> Json {
    i64::try_from(value).map_or(Json::Float(value as f64), Json::Int)
}

/// JSON has no infinities and no NaN.
fn number(value: f64) -> Json {
    if value.is_finite() { Json::Float(value) } else { Json::Null }
}

/// The name of an entry: text, or what is written like one.
fn key(value: &(impl Serialize + ?Sized)) -> Result<Cow<'static, str>, Error> {
    match value.serialize(Maker)? {
        Json::Text(text) => Ok(text.into()),
        Json::Int(number) => Ok(number.to_string().into()),
        Json::Bool(flag) => Ok(flag.to_string().into()),
        _ => Err(Error::custom("a name must be text")),
    }
}

/// Scalars, which are the same in a row and elsewhere.
macro_rules! scalars {
    () => {
        fn serialize_bool(self, value: bool) -> Result<Json, Error> {
            Ok(Json::Bool(value))
        }
        fn serialize_i8(self, value: i8) -> Result<Json, Error> {
            Ok(Json::Int(value.into()))
        }
        fn serialize_i16(self, value: i16) -> Result<Json, Error> {
            Ok(Json::Int(value.into()))
        }
        fn serialize_i32(self, value: i32) -> Result<Json, Error> {
            Ok(Json::Int(value.into()))
        }
        fn serialize_i64(self, value: i64) -> Result<Json, Error> {
            Ok(Json::Int(value))
        }
        fn serialize_u8(self, value: u8) -> Result<Json, Error> {
            Ok(Json::Int(value.into()))
        }
        fn serialize_u16(self, value: u16) -> Result<Json, Error> {
            Ok(Json::Int(value.into()))
        }
        fn serialize_u32(self, value: u32) -> Result<Json, Error> {
            Ok(Json::Int(value.into()))
        }
        fn serialize_u64(self, value: u64) -> Result<Json, Error> {
            Ok(whole(value))
        }
        fn serialize_f32(self, value: f32) -> Result<Json, Error> {
            // The shortest decimal that is this number, as JSON writes it.
            Ok(value.to_string().parse().map_or(Json::Null, number))
        }
        fn serialize_f64(self, value: f64) -> Result<Json, Error> {
            Ok(number(value))
        }
        fn serialize_char(self, value: char) -> Result<Json, Error> {
            Ok(Json::Text(value.into()))
        }
        fn serialize_str(self, value: &str) -> Result<Json, Error> {
            Ok(Json::Text(value.to_owned()))
        }
        fn serialize_none(self) -> Result<Json, Error> {
            Ok(Json::Null)
        }
        fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Json, Error> {
            value.serialize(self)
        }
        fn serialize_unit(self) -> Result<Json, Error> {
            Ok(Json::Null)
        }
        fn serialize_unit_struct(self, _name: &'static str) -> Result<Json, Error> {
            Ok(Json::Null)
        }
        fn serialize_unit_variant(
            self,
            _name: &'static str,
            _place: u32,
            variant: &'static str,
        ) -> Result<Json, Error> {
            Ok(Json::Text(variant.to_owned()))
        }
        fn serialize_newtype_struct<T: Serialize + ?Sized>(
            self,
            _name: &'static str,
            value: &T,
        ) -> Result<Json, Error> {
            value.serialize(self)
        }
    };
}

impl Serializer for Maker {
    type Ok = Json;
    type Error = Error;
    type SerializeSeq = ListMaker;
    type SerializeTuple = ListMaker;
    type SerializeTupleStruct = ListMaker;
    type SerializeTupleVariant = Variant<ListMaker>;
    type SerializeMap = ObjectMaker;
    type SerializeStruct = ObjectMaker;
    type SerializeStructVariant = Variant<ObjectMaker>;

    scalars!();

    fn serialize_bytes(self, value: &[u8]) -> Result<Json, Error> {
        self.collect_seq(value)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        _place: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<Json, Error> {
        Ok(Json::Object(vec![(variant.into(), value.serialize(Self)?)]))
    }

    fn serialize_seq(self, len: Option<usize>) -> Result<ListMaker, Error> {
        Ok(ListMaker { rows: Rows::expecting(len.unwrap_or(0)), items: None })
    }

    fn serialize_tuple(self, _len: usize) -> Result<ListMaker, Error> {
        Ok(ListMaker::default())
    }

    fn serialize_tuple_struct(self, _name: &'static str, _len: usize) -> Result<ListMaker, Error> {
        Ok(ListMaker::default())
    }

    fn serialize_tuple_variant(
        self,
        _name: &'static str,
        _place: u32,
        variant: &'static str,
        _len: usize,
    ) -> Result<Variant<ListMaker>, Error> {
        Ok(Variant { variant, content: ListMaker::default() })
    }

    fn serialize_map(self, _len: Option<usize>) -> Result<ObjectMaker, Error> {
        Ok(ObjectMaker::default())
    }

    fn serialize_struct(self, _name: &'static str, _len: usize) -> Result<ObjectMaker, Error> {
        Ok(ObjectMaker::default())
    }

    fn serialize_struct_variant(
        self,
        _name: &'static str,
        _place: u32,
        variant: &'static str,
        _len: usize,
    ) -> Result<Variant<ObjectMaker>, Error> {
        Ok(Variant { variant, content: ObjectMaker::default() })
    }
}

/// Makes a list: rows as long as every item is an object of scalars with the same fields, else values.
#[derive(Default)]
pub(super) struct ListMaker {
    rows: Rows,
    items: Option<Vec<Json>>,
}

impl ListMaker {
    fn add(&mut self, value: &(impl Serialize + ?Sized)) -> Result<(), Error> {
        if self.items.is_none() {
            if value.serialize(RowMaker { rows: &mut self.rows }).is_ok() {
                return Ok(());
            }
            self.rows.forget();
            let rows = std::mem::take(&mut self.rows);
            self.items = Some((0..rows.len()).map(|row| rows.object(row)).collect());
        }
        let value = value.serialize(Maker)?;
        self.items.get_or_insert_default().push(value);
        Ok(())
    }

    fn made(self) -> Json {
        match self.items {
            Some(items) => Json::List(items),
            None if self.rows.is_empty() => Json::List(Vec::new()),
            None => Json::Rows(Arc::new(self.rows.complete())),
        }
    }
}

/// Makes an object.
#[derive(Default)]
pub(super) struct ObjectMaker {
    fields: Vec<(Cow<'static, str>, Json)>,
    key: Option<Cow<'static, str>>,
}

/// Makes an object with one field, the name of an enum's variant.
pub(super) struct Variant<C> {
    variant: &'static str,
    content: C,
}

impl<C> Variant<C> {
    fn around(variant: &'static str, content: Json) -> Json {
        Json::Object(vec![(variant.into(), content)])
    }
}

macro_rules! list {
    ($of:ident, $method:ident) => {
        impl $of for ListMaker {
            type Ok = Json;
            type Error = Error;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
                self.add(value)
            }

            fn end(self) -> Result<Json, Error> {
                Ok(self.made())
            }
        }
    };
}

list!(SerializeSeq, serialize_element);
list!(SerializeTuple, serialize_element);
list!(SerializeTupleStruct, serialize_field);

impl SerializeTupleVariant for Variant<ListMaker> {
    type Ok = Json;
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.content.add(value)
    }

    fn end(self) -> Result<Json, Error> {
        Ok(Self::around(self.variant, self.content.made()))
    }
}

impl SerializeMap for ObjectMaker {
    type Ok = Json;
    type Error = Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, name: &T) -> Result<(), Error> {
        self.key = Some(key(name)?);
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.fields.push((self.key.take().unwrap_or_default(), value.serialize(Maker)?));
        Ok(())
    }

    fn end(self) -> Result<Json, Error> {
        Ok(Json::Object(self.fields))
    }
}

impl SerializeStruct for ObjectMaker {
    type Ok = Json;
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Error> {
        self.fields.push((name.into(), value.serialize(Maker)?));
        Ok(())
    }

    fn end(self) -> Result<Json, Error> {
        Ok(Json::Object(self.fields))
    }
}

impl SerializeStructVariant for Variant<ObjectMaker> {
    type Ok = Json;
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Error> {
        SerializeStruct::serialize_field(&mut self.content, name, value)
    }

    fn end(self) -> Result<Json, Error> {
        Ok(Self::around(self.variant, Json::Object(self.content.fields)))
    }
}

/// Adds one row; fails where the value is no object of scalars, or has other fields than the rows before it.
struct RowMaker<'a> {
    rows: &'a mut Rows,
}

/// The cells of a row, as they come.
struct CellMaker<'a> {
    rows: &'a mut Rows,
    place: usize,
    key: Option<Cow<'static, str>>,
}

impl CellMaker<'_> {
    fn add(&mut self, name: Cow<'static, str>, value: &(impl Serialize + ?Sized)) -> Result<(), Error> {
        let value = value.serialize(ScalarMaker)?;
        if !self.rows.put(self.place, name, value) {
            return Err(no_row());
        }
        self.place += 1;
        Ok(())
    }

    fn finished(self) -> Result<(), Error> {
        if self.place > 0 && self.rows.finish() { Ok(()) } else { Err(no_row()) }
    }
}

impl SerializeMap for CellMaker<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, name: &T) -> Result<(), Error> {
        self.key = Some(key(name)?);
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        let name = self.key.take().unwrap_or_default();
        self.add(name, value)
    }

    fn end(self) -> Result<(), Error> {
        self.finished()
    }
}

impl SerializeStruct for CellMaker<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Error> {
        self.add(name.into(), value)
    }

    fn end(self) -> Result<(), Error> {
        self.finished()
    }
}

/// What is refused: all that is no object, in a row's place; all that is no scalar, in a cell's.
macro_rules! refused {
    ($($method:ident($($argument:ty),*) -> $result:ty;)*) => {
        $(fn $method(self, $(_: $argument),*) -> Result<$result, Error> {
            Err(no_row())
        })*
    };
}

impl<'a> Serializer for RowMaker<'a> {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = Impossible<(), Error>;
    type SerializeTuple = Impossible<(), Error>;
    type SerializeTupleStruct = Impossible<(), Error>;
    type SerializeTupleVariant = Impossible<(), Error>;
    type SerializeMap = CellMaker<'a>;
    type SerializeStruct = CellMaker<'a>;
    type SerializeStructVariant = Impossible<(), Error>;

    refused! {
        serialize_bool(bool) -> ();
        serialize_i8(i8) -> ();
        serialize_i16(i16) -> ();
        serialize_i32(i32) -> ();
        serialize_i64(i64) -> ();
        serialize_u8(u8) -> ();
        serialize_u16(u16) -> ();
        serialize_u32(u32) -> ();
        serialize_u64(u64) -> ();
        serialize_f32(f32) -> ();
        serialize_f64(f64) -> ();
        serialize_char(char) -> ();
        serialize_str(&str) -> ();
        serialize_bytes(&[u8]) -> ();
        serialize_none() -> ();
        serialize_unit() -> ();
        serialize_unit_struct(&'static str) -> ();
        serialize_unit_variant(&'static str, u32, &'static str) -> ();
        serialize_seq(Option<usize>) -> Self::SerializeSeq;
        serialize_tuple(usize) -> Self::SerializeTuple;
        serialize_tuple_struct(&'static str, usize) -> Self::SerializeTupleStruct;
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> Self::SerializeTupleVariant;
        serialize_struct_variant(&'static str, u32, &'static str, usize) -> Self::SerializeStructVariant;
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        _place: u32,
        _variant: &'static str,
        _value: &T,
    ) -> Result<(), Error> {
        Err(no_row())
    }

    fn serialize_map(self, _len: Option<usize>) -> Result<CellMaker<'a>, Error> {
        Ok(CellMaker { rows: self.rows, place: 0, key: None })
    }

    fn serialize_struct(self, _name: &'static str, _len: usize) -> Result<CellMaker<'a>, Error> {
        Ok(CellMaker { rows: self.rows, place: 0, key: None })
    }
}

/// Makes a cell's value.
struct ScalarMaker;

impl Serializer for ScalarMaker {
    type Ok = Json;
    type Error = Error;
    type SerializeSeq = Impossible<Json, Error>;
    type SerializeTuple = Impossible<Json, Error>;
    type SerializeTupleStruct = Impossible<Json, Error>;
    type SerializeTupleVariant = Impossible<Json, Error>;
    type SerializeMap = Impossible<Json, Error>;
    type SerializeStruct = Impossible<Json, Error>;
    type SerializeStructVariant = Impossible<Json, Error>;

    scalars!();

    refused! {
        serialize_bytes(&[u8]) -> Json;
        serialize_seq(Option<usize>) -> Self::SerializeSeq;
        serialize_tuple(usize) -> Self::SerializeTuple;
        serialize_tuple_struct(&'static str, usize) -> Self::SerializeTupleStruct;
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> Self::SerializeTupleVariant;
        serialize_map(Option<usize>) -> Self::SerializeMap;
        serialize_struct(&'static str, usize) -> Self::SerializeStruct;
        serialize_struct_variant(&'static str, u32, &'static str, usize) -> Self::SerializeStructVariant;
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        _place: u32,
        _variant: &'static str,
        _value: &T,
    ) -> Result<Json, Error> {
        Err(no_row())
    }
}
