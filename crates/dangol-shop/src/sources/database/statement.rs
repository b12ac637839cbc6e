//! The statements sent to a database: one `select` each, and nothing else.

use datafusion::sql::sqlparser::dialect::{
    self, BigQueryDialect, GenericDialect, MySqlDialect, PostgreSqlDialect, SQLiteDialect,
};
use datafusion::sql::sqlparser::tokenizer::{Token, Tokenizer, Word};

use super::Dialect;

/// What is read: some columns of a table, or a person's query.
#[derive(Debug, Clone)]
pub(super) enum Select {
    /// A table by its quoted name.
    Table {
        /// The name as SQL.
        name: String,
        /// The condition that rows meet.
        filter: Option<String>,
    },
    /// A query as it was written.
    Query(String),
}

impl Select {
    /// The statement for some columns of a table; of a query always all.
    pub(super) fn sql(&self, dialect: Dialect, columns: &[&str], limit: Option<usize>) -> String {
        match self {
            Self::Query(query) => query.clone(),
            Self::Table { name, filter } => {
                let columns: Vec<String> = columns.iter().map(|column| dialect.quote(column)).collect();
                // The break ends a comment within the filter.
                let filter = filter.as_ref().map_or_else(String::new, |it| format!(" WHERE ({it}\n)"));
                let limit = limit.map_or_else(String::new, |rows| format!(" LIMIT {rows}"));
                format!("SELECT {} FROM {name}{filter}{limit}", columns.join(", "))
            }
        }
    }
}

/// The words and signs of a statement, without blanks and comments; `None` where it can't be read.
fn tokens(dialect: Dialect, sql: &str) -> Option<Vec<Token>> {
    let grammar: &dyn dialect::Dialect = match dialect {
        Dialect::Postgres => &PostgreSqlDialect {},
        Dialect::MySql => &MySqlDialect {},
        Dialect::Sqlite => &SQLiteDialect {},
        Dialect::Adbc { backticks: true } => &BigQueryDialect {},
        Dialect::Adbc { backticks: false } => &GenericDialect {},
    };
    let mut tokens = Tokenizer::new(grammar, sql).tokenize().ok()?;
    tokens.retain(|token| !matches!(token, Token::Whitespace(_) | Token::EOF));
    Some(tokens)
}

fn keyword(token: &Token) -> Option<String> {
    match token {
        Token::Word(Word { value, quote_style: None, .. }) => Some(value.to_ascii_uppercase()),
        _ => None,
    }
}

/// Refuses what is not one `select`, before a server hears of it: the first word, a second statement, and
/// clauses that write. The server refuses the rest, since its transaction only reads.
pub(super) fn check_one_select(dialect: Dialect, sql: &str) -> Result<(), String> {
    // What can't be read here may still be good SQL of that server; but not checked, it is not sent.
    let Some(mut tokens) = tokens(dialect, sql) else {
        return Err("a quote or a comment is not closed".into());
    };
    while tokens.last() == Some(&Token::SemiColon) {
        tokens.pop();
    }
    if tokens.contains(&Token::SemiColon) {
        return Err("there is a second statement after `;`".into());
    }
    let first = tokens.iter().find(|token| **token != Token::LParen).ok_or("it is empty")?;
    match keyword(first).as_deref() {
        Some("SELECT" | "WITH") => {}
        Some(other) => return Err(format!("it begins with {other}")),
        None => return Err(format!("it begins with `{first}`")),
    }
    for (at, token) in tokens.iter().enumerate() {
        let follows = at.checked_sub(1).map(|before| &tokens[before]);
        let calls = tokens.get(at + 1) == Some(&Token::LParen);
        match keyword(token).as_deref() {
            Some("INTO") if follows != Some(&Token::Period) => return Err("it has the clause INTO".into()),
            Some(word @ ("INSERT" | "UPDATE" | "DELETE" | "MERGE"))
                if !calls && matches!(follows, Some(Token::LParen | Token::RParen)) =>
            {
                return Err(format!("it holds the statement {word}"));
            }
            _ => {}
        }
    }
    Ok(())
}

/// The names that a statement uses.
pub(super) fn names(dialect: Dialect, sql: &str) -> Vec<String> {
    let words = tokens(dialect, sql).unwrap_or_default().into_iter().filter_map(|token| match token {
        Token::Word(word) => Some(word.value),
        _ => None,
    });
    words.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_select_passes() {
        for sql in [
            "select * from orders",
            "SELECT 1;",
            "-- all of them\nselect 'a;b' as \"c;d\" from x /* ; */ ;",
            "with x as (select 1) select * from x",
            "(select 1) union (select 2)",
            "select $$;$$, 'it''s; so'",
            "select o.into, \"update\" from o",
        ] {
            assert_eq!(check_one_select(Dialect::Postgres, sql), Ok(()), "{sql}");
        }
        for sql in
            ["select 'a\\';b'", "select `a;b` from x", "with x as (select insert('a', 1, 1, 'b')) select 1"]
        {
            assert_eq!(check_one_select(Dialect::MySql, sql), Ok(()), "{sql}");
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for (sql, found) in [
            ("", "it is empty"),
            (";", "it is empty"),
            ("delete from orders", "it begins with DELETE"),
            ("select 1; drop table orders", "there is a second statement after `;`"),
            ("select 1 into t", "it has the clause INTO"),
            ("with x as (delete from o returning *) select * from x", "it holds the statement DELETE"),
            ("with x as (select 1) insert into o select * from x", "it holds the statement INSERT"),
            ("select 'open", "a quote or a comment is not closed"),
            ("commit", "it begins with COMMIT"),
        ] {
            assert_eq!(check_one_select(Dialect::Postgres, sql), Err(found.to_owned()), "{sql}");
        }
        assert!(check_one_select(Dialect::MySql, "select 1 into outfile '/tmp/x'").is_err());
    }

    #[test]
    fn names_are_quoted_as_each_database_does() {
        let table = |dialect: Dialect| Select::Table {
            name: dialect.quote("or\"d`ers"),
            filter: Some("a > 1 -- recent".into()),
        };
        let sql = |dialect| table(dialect).sql(dialect, &["a b"], Some(5));
        assert_eq!(
            sql(Dialect::Postgres),
            "SELECT \"a b\" FROM \"or\"\"d`ers\" WHERE (a > 1 -- recent\n) LIMIT 5"
        );
        assert_eq!(sql(Dialect::MySql), "SELECT `a b` FROM `or\"d``ers` WHERE (a > 1 -- recent\n) LIMIT 5");
    }
}
