//! The protobuf wire format: a message as a row of fields, borrowed, one level at a time.
//! Knows no message. Start at [`Fields`].

use crate::outcome::DecodeError;

/// The fields of one message, in the order of the wire. Ends after the first fault.
pub(crate) struct Fields<'a> {
    rest: &'a [u8],
}

/// One field's payload by wire type. Groups do not occur in OTLP and are a fault.
#[derive(Clone, Copy)]
pub(crate) enum Payload<'a> {
    Varint(u64),
    Fixed64(u64),
    Bytes(&'a [u8]),
    Fixed32,
}

impl<'a> Fields<'a> {
    pub(crate) fn of(message: &'a [u8]) -> Self {
        Self { rest: message }
    }

    fn read(&mut self) -> Result<(u64, Payload<'a>), DecodeError> {
        let tag = self.varint()?;
        let number = tag >> 3;
        if number == 0 || number > FIELD_NUMBER_MAX {
            return Err(DecodeError::Malformed("a field number is out of range"));
        }
        let payload = match tag & 7 {
            0 => Payload::Varint(self.varint()?),
            1 => Payload::Fixed64(u64::from_le_bytes(self.array()?)),
            2 => {
                let length = usize::try_from(self.varint()?).map_err(|_| TRUNCATED)?;
                let (bytes, rest) = self.rest.split_at_checked(length).ok_or(TRUNCATED)?;
                self.rest = rest;
                Payload::Bytes(bytes)
            }
            5 => {
                self.array::<4>()?;
                Payload::Fixed32
            }
            _ => return Err(DecodeError::Malformed("a field has an unknown wire type")),
        };
        Ok((number, payload))
    }

    fn varint(&mut self) -> Result<u64, DecodeError> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let (byte, rest) = self.rest.split_first().ok_or(TRUNCATED)?;
            self.rest = rest;
            // The tenth byte carries one bit; what is above it is cut off, as every protobuf reader does.
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(DecodeError::Malformed("a variable-length integer has more than ten bytes"))
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        let (bytes, rest) = self.rest.split_first_chunk::<N>().ok_or(TRUNCATED)?;
        self.rest = rest;
        Ok(*bytes)
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = Result<(u64, Payload<'a>), DecodeError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let field = self.read();
        if field.is_err() {
            self.rest = &[];
        }
        Some(field)
    }
}

impl<'a> Payload<'a> {
    pub(crate) fn varint(self) -> Result<u64, DecodeError> {
        match self {
            Payload::Varint(value) => Ok(value),
            Payload::Fixed64(_) | Payload::Bytes(_) | Payload::Fixed32 => Err(WRONG_TYPE),
        }
    }

    pub(crate) fn fixed64(self) -> Result<u64, DecodeError> {
        match self {
            Payload::Fixed64(value) => Ok(value),
            Payload::Varint(_) | Payload::Bytes(_) | Payload::Fixed32 => Err(WRONG_TYPE),
        }
    }

    pub(crate) fn bytes(self) -> Result<&'a [u8], DecodeError> {
        match self {
            Payload::Bytes(value) => Ok(value),
            Payload::Varint(_) | Payload::Fixed64(_) | Payload::Fixed32 => Err(WRONG_TYPE),
        }
    }
}

const FIELD_NUMBER_MAX: u64 = (1 << 29) - 1;
const TRUNCATED: DecodeError = DecodeError::Malformed("it ends in the middle of a field");
const WRONG_TYPE: DecodeError = DecodeError::Malformed("a known field has the wrong wire type");
