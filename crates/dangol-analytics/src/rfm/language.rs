//! The conditions of segment rules: `r >= 4 and orders = 1`, `score between 9 and 11`.
//!
//! ```text
//! condition  = both { "or" both }
//! both       = single { "and" single }
//! single     = "not" single | "(" condition ")" | "otherwise" | comparison
//! comparison = variable ( operator number | "between" number "and" number )
//! operator   = "=" | "==" | "!=" | "<>" | "<" | "<=" | ">" | ">=" | "≤" | "≥" | "≠"
//! variable   = "r" | "f" | "m" | "fm" | "score" | "orders" | "recency_days" | "frequency" | "monetary"
//! ```
//! Words may be written in capitals. `between` includes both numbers. `otherwise` always holds.

use std::fmt;

use thiserror::Error;

use tokens::{Token, tokens};

mod tokens;

/// How deep conditions may be nested.
const MOST_NESTING: usize = 50;

/// How many words, numbers and signs a condition may have.
const MOST_TOKENS: usize = 1000;

/// What a rule may ask about a customer.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Variable {
    /// Recency score.
    R,
    /// Frequency score.
    F,
    /// Monetary score.
    M,
    /// Mean of the frequency and the monetary score.
    Fm,
    /// RFM score.
    Score,
    /// Orders.
    Orders,
    /// Days since the last order.
    RecencyDays,
    /// Orders, order lines or purchase days.
    Frequency,
    /// Sum or mean of net revenue.
    Monetary,
}

impl Variable {
    /// Every variable, by the name it has in conditions.
    pub const ALL: [(&'static str, Self); 9] = [
        ("r", Self::R),
        ("f", Self::F),
        ("m", Self::M),
        ("fm", Self::Fm),
        ("score", Self::Score),
        ("orders", Self::Orders),
        ("recency_days", Self::RecencyDays),
        ("frequency", Self::Frequency),
        ("monetary", Self::Monetary),
    ];

    /// Whether every value is a whole number.
    #[must_use]
    pub fn is_whole(self) -> bool {
        !matches!(self, Self::Fm | Self::Score | Self::Monetary)
    }

    /// The least value it can have.
    #[must_use]
    pub fn least(self) -> f64 {
        match self {
            Self::Orders | Self::Frequency => 1.0,
            Self::RecencyDays => 0.0,
            _ => f64::NEG_INFINITY,
        }
    }
}

impl fmt::Display for Variable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = Self::ALL.iter().find(|(_, variable)| variable == self).map_or("", |(name, _)| name);
        formatter.write_str(name)
    }
}

/// How a variable is compared with a number.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Operator {
    /// `=`
    Equal,
    /// `!=`
    Unequal,
    /// `<`
    Below,
    /// `<=`
    AtMost,
    /// `>`
    Above,
    /// `>=`
    AtLeast,
}

/// A condition that has been understood.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// `otherwise`
    Always,
    /// A variable against a number.
    Compare(Variable, Operator, f64),
    /// `not`
    Not(Box<Condition>),
    /// Both hold.
    And(Box<Condition>, Box<Condition>),
    /// One of them holds.
    Or(Box<Condition>, Box<Condition>),
}

/// The values of one customer by variable.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Values([f64; Variable::ALL.len()]);

impl Values {
    /// No value known yet: everything is 0.
    #[must_use]
    pub fn zero() -> Self {
        Self([0.0; Variable::ALL.len()])
    }

    /// The value of a variable.
    #[must_use]
    #[inline]
    pub fn get(&self, variable: Variable) -> f64 {
        self.0[variable as usize]
    }

    /// Sets the value of a variable.
    #[inline]
    pub fn set(&mut self, variable: Variable, value: f64) {
        self.0[variable as usize] = value;
    }
}

impl Condition {
    /// Understands a condition.
    ///
    /// # Errors
    /// What is wrong, in which column (counted from 1), and the nearest word that would be right.
    ///
    /// ```
    /// use dangol_analytics::rfm::language::Condition;
    /// assert!(Condition::parse("r >= 4 and (orders = 1 or not m <= 2)").is_ok());
    /// let error = Condition::parse("r >= 4 and ordres = 1").unwrap_err();
    /// assert_eq!(error.to_string(), "column 12: \"ordres\" is not known; did you mean orders?");
    /// ```
    pub fn parse(text: &str) -> Result<Self, SyntaxError> {
        let mut parser = Parser { tokens: tokens(text)?, place: 0, depth: 0 };
        if let Some(&(column, _)) = parser.tokens.get(MOST_TOKENS) {
            return Err(SyntaxError { column, problem: Problem::TooLong });
        }
        let condition = parser.either()?;
        match parser.peek() {
            Token::End => Ok(condition),
            _ => Err(parser.unexpected("and, or, or the end")),
        }
    }

    /// Whether the condition holds for these values.
    #[must_use]
    pub fn holds(&self, values: &Values) -> bool {
        match self {
            Self::Always => true,
            Self::Compare(variable, operator, number) => {
                let value = values.get(*variable);
                match operator {
                    Operator::Equal => value == *number,
                    Operator::Unequal => value != *number,
                    Operator::Below => value < *number,
                    Operator::AtMost => value <= *number,
                    Operator::Above => value > *number,
                    Operator::AtLeast => value >= *number,
                }
            }
            Self::Not(inner) => !inner.holds(values),
            Self::And(left, right) => left.holds(values) && right.holds(values),
            Self::Or(left, right) => left.holds(values) || right.holds(values),
        }
    }

    /// Calls `visit` for every comparison.
    pub fn comparisons(&self, visit: &mut impl FnMut(Variable, f64)) {
        match self {
            Self::Always => {}
            Self::Compare(variable, _, number) => visit(*variable, *number),
            Self::Not(inner) => inner.comparisons(visit),
            Self::And(left, right) | Self::Or(left, right) => {
                left.comparisons(visit);
                right.comparisons(visit);
            }
        }
    }
}

/// What is wrong with a condition, and where.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
#[error("column {column}: {problem}")]
pub struct SyntaxError {
    /// Column, counted from 1 in characters.
    pub column: usize,
    /// What is wrong.
    pub problem: Problem,
}

/// What can be wrong with a condition.
#[derive(Clone, Debug, Eq, Error, PartialEq)]
pub enum Problem {
    /// A word that is none of the variables.
    #[error("{found:?} is not known; {}", match nearest {
        Some(word) => format!("did you mean {word}?"),
        None => format!("use one of {}", Variable::ALL.map(|(name, _)| name).join(", ")),
    })]
    UnknownWord {
        /// The word.
        found: String,
        /// The word most like it.
        nearest: Option<String>,
    },
    /// Something else should stand here.
    #[error("expected {expected}, found {found}")]
    Unexpected {
        /// What should stand here.
        expected: &'static str,
        /// What stands here.
        found: String,
    },
    /// A character that means nothing.
    #[error("{character:?} means nothing here; {hint}")]
    Character {
        /// The character.
        character: char,
        /// What to write instead.
        hint: &'static str,
    },
    /// A number that is none.
    #[error("{found:?} is not a number")]
    Number {
        /// The text.
        found: String,
    },
    /// `between 11 and 9`
    #[error("between {low} and {high} holds for nothing; write the smaller number first")]
    EmptyRange {
        /// First number.
        low: String,
        /// Second number.
        high: String,
    },
    /// Too many parentheses.
    #[error("the condition is nested more than {MOST_NESTING} deep")]
    TooDeep,
    /// Too many words.
    #[error("the condition has more than {MOST_TOKENS} words, numbers and signs")]
    TooLong,
}

struct Parser {
    tokens: Vec<(usize, Token)>,
    place: usize,
    depth: usize,
}

impl Parser {
    fn peek(&self) -> &Token {
        // The last token is the end, and nothing moves past it.
        &self.tokens[self.place].1
    }

    fn advance(&mut self) {
        self.place = (self.place + 1).min(self.tokens.len() - 1);
    }

    fn at_word(&self, word: &str) -> bool {
        matches!(self.peek(), Token::Word(found) if found.eq_ignore_ascii_case(word))
    }

    fn take_word(&mut self, word: &str) -> bool {
        let found = self.at_word(word);
        if found {
            self.advance();
        }
        found
    }

    fn fail(&self, problem: Problem) -> SyntaxError {
        SyntaxError { column: self.tokens[self.place].0, problem }
    }

    fn unexpected(&self, expected: &'static str) -> SyntaxError {
        self.fail(Problem::Unexpected { expected, found: self.peek().to_string() })
    }

    fn either(&mut self) -> Result<Condition, SyntaxError> {
        let mut condition = self.both()?;
        while self.take_word("or") {
            condition = Condition::Or(Box::new(condition), Box::new(self.both()?));
        }
        Ok(condition)
    }

    fn both(&mut self) -> Result<Condition, SyntaxError> {
        let mut condition = self.single()?;
        while self.take_word("and") {
            condition = Condition::And(Box::new(condition), Box::new(self.single()?));
        }
        Ok(condition)
    }

    fn single(&mut self) -> Result<Condition, SyntaxError> {
        if self.depth >= MOST_NESTING {
            return Err(self.fail(Problem::TooDeep));
        }
        self.depth += 1;
        let condition = if self.take_word("not") {
            Condition::Not(Box::new(self.single()?))
        } else if *self.peek() == Token::Open {
            self.advance();
            let inner = self.either()?;
            if *self.peek() != Token::Close {
                return Err(self.unexpected("and, or, or \")\""));
            }
            self.advance();
            inner
        } else if self.take_word("otherwise") {
            Condition::Always
        } else {
            self.comparison()?
        };
        self.depth -= 1;
        Ok(condition)
    }

    fn comparison(&mut self) -> Result<Condition, SyntaxError> {
        let variable = self.variable()?;
        if self.take_word("between") {
            let low = self.number()?;
            if !self.take_word("and") {
                return Err(self.unexpected("and with the upper number"));
            }
            let column = self.place;
            let high = self.number()?;
            if low > high {
                self.place = column;
                return Err(self.fail(Problem::EmptyRange { low: low.to_string(), high: high.to_string() }));
            }
            let from = Condition::Compare(variable, Operator::AtLeast, low);
            let to = Condition::Compare(variable, Operator::AtMost, high);
            return Ok(Condition::And(Box::new(from), Box::new(to)));
        }
        let Token::Operator(operator, _) = *self.peek() else {
            return Err(self.unexpected("a comparison such as >= or between"));
        };
        self.advance();
        Ok(Condition::Compare(variable, operator, self.number()?))
    }

    fn variable(&mut self) -> Result<Variable, SyntaxError> {
        let Token::Word(word) = self.peek() else {
            return Err(self.unexpected("a variable such as r, orders or recency_days"));
        };
        let lower = word.to_lowercase();
        if let Some(&(_, variable)) = Variable::ALL.iter().find(|(name, _)| *name == lower) {
            self.advance();
            return Ok(variable);
        }
        if ["and", "or", "between"].contains(&lower.as_str()) {
            return Err(self.unexpected("a variable such as r, orders or recency_days"));
        }
        Err(self.fail(Problem::UnknownWord { found: word.clone(), nearest: nearest(&lower) }))
    }

    fn number(&mut self) -> Result<f64, SyntaxError> {
        let Token::Number(number, _) = *self.peek() else {
            return Err(self.unexpected("a number"));
        };
        self.advance();
        Ok(number)
    }
}

/// The known word that is meant, perhaps. One change makes any letter of any other: a letter is not looked up.
fn nearest(word: &str) -> Option<String> {
    let known = Variable::ALL.iter().map(|(name, _)| *name).chain(["not", "otherwise"]);
    (word.chars().count() > 1).then(|| dangol_shop::config::nearest(word, known)).flatten()
}

#[cfg(test)]
mod tests;
