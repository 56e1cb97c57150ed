//! Tables for people: columns, no lines, control characters made visible.

use comfy_table::{ContentArrangement, Table, presets};

use super::visible;

/// Lays out rows under a header; trailing blanks are cut, so that output can be compared.
pub(crate) fn table(header: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(header.iter().map(|cell| (*cell).to_owned()));
    for row in rows {
        table.add_row(row.iter().map(|cell| visible(cell).replace('\t', " ")));
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    table.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let text =
            table(&["ID", "NAME"], [vec!["a".into(), "größe".into()], vec!["long-id".into(), "b\nc".into()]]);
        assert_eq!(text, "ID       NAME\na        größe\nlong-id  b\\u{a}c\n");
    }
}
