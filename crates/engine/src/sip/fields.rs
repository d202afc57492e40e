//! The header of a SIP message as fields: name, folded lines, lists of values (RFC 3261, 7.3).

use std::borrow::Cow;

/// Fields of a message's header, up to the empty line. A line without a colon is passed over.
pub(crate) struct Fields<'a> {
    rest: &'a [u8],
}

/// One field: its name as written and its value with the line ends that fold it.
pub(crate) struct Field<'a> {
    pub(crate) name: &'a [u8],
    pub(crate) value: &'a [u8],
    pub(crate) folded: bool,
}

impl<'a> Fields<'a> {
    /// `head` begins after the start line.
    pub(crate) fn new(head: &'a [u8]) -> Self {
        Self { rest: head }
    }

    /// What follows the empty line; nothing where there was none.
    pub(crate) fn body(self) -> &'a [u8] {
        self.rest
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = Field<'a>;

    fn next(&mut self) -> Option<Field<'a>> {
        loop {
            if self.rest.is_empty() {
                return None;
            }
            let (line, rest, folded) = split_field(self.rest);
            self.rest = rest;
            if line.is_empty() {
                return None;
            }
            if let Some(colon) = memchr::memchr(b':', line) {
                return Some(Field {
                    name: line[..colon].trim_ascii(),
                    value: line[colon + 1..].trim_ascii(),
                    folded,
                });
            }
            if self.rest.is_empty() {
                return None;
            }
        }
    }
}

/// Content-Length of a message's start line and header: the first that is a number.
pub(crate) fn content_length(head: &[u8]) -> Option<usize> {
    let (_, next) = line_end(head, 0);
    Fields::new(&head[next..]).find_map(|field| field.length())
}

/// The first line with the lines that continue it, what follows, and whether it is folded.
fn split_field(bytes: &[u8]) -> (&[u8], &[u8], bool) {
    let (mut end, mut next) = line_end(bytes, 0);
    let mut folded = false;
    while end > 0 && matches!(bytes.get(next), Some(b' ' | b'\t')) {
        folded = true;
        (end, next) = line_end(bytes, next);
    }
    (&bytes[..end], &bytes[next..], folded)
}

/// Where the line that begins at `from` ends, and where the next begins.
pub(crate) fn line_end(bytes: &[u8], from: usize) -> (usize, usize) {
    match memchr::memchr(b'\n', &bytes[from..]) {
        Some(at) => {
            let newline = from + at;
            let carriage = newline > from && bytes[newline - 1] == b'\r';
            (newline - usize::from(carriage), newline + 1)
        }
        None => (bytes.len(), bytes.len()),
    }
}

impl<'a> Field<'a> {
    /// The value of a Content-Length that is a number.
    pub(crate) fn length(&self) -> Option<usize> {
        let named = self.name.eq_ignore_ascii_case(b"content-length") || self.name.eq_ignore_ascii_case(b"l");
        named.then(|| std::str::from_utf8(self.value).ok()?.parse().ok())?
    }

    /// The value on one line. What is no UTF-8 is replaced.
    pub(crate) fn text(&self) -> Cow<'a, str> {
        let text = lossy(self.value);
        if !self.folded {
            return text;
        }
        let mut line = String::with_capacity(text.len());
        for part in text.split('\n') {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(part.trim());
        }
        Cow::Owned(line)
    }
}

/// Text of bytes; what is no UTF-8 is replaced. Nearly all is: that is tried first, in the faster way.
pub(crate) fn lossy(bytes: &[u8]) -> Cow<'_, str> {
    std::str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed)
}

/// The values of a list, divided at commas outside quotes and angle brackets.
pub(crate) fn values(list: &str) -> impl Iterator<Item = &str> {
    pieces(list, b',')
}

/// The value of a parameter among `;name=value` parts, without quotes; names are compared without case.
pub(crate) fn parameter<'a>(parameters: &'a str, name: &str) -> Option<&'a str> {
    pieces(parameters, b';').find_map(|part| {
        let (key, value) = part.split_once('=')?;
        key.trim().eq_ignore_ascii_case(name).then(|| unquoted(value.trim()))
    })
}

/// Text without the quotes around it. One that is not closed is one all the same.
pub(crate) fn unquoted(text: &str) -> &str {
    text.strip_prefix('"').map_or(text, |inside| inside.strip_suffix('"').unwrap_or(inside))
}

fn pieces(text: &str, separator: u8) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let cut = place(text, separator);
        rest = cut.map(|at| &text[at + 1..]);
        Some(text[..cut.unwrap_or(text.len())].trim())
    })
    .filter(|piece| !piece.is_empty())
}

/// Where a separator is, outside quotes and angle brackets.
fn place(text: &str, separator: u8) -> Option<usize> {
    let (mut quoted, mut angle, mut escaped) = (false, false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'<' if !quoted => angle = true,
            b'>' if !quoted => angle = false,
            _ if byte == separator && !quoted && !angle => return Some(at),
            _ => {}
        }
    }
    None
}
