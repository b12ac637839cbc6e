use super::*;

fn design(columns: &[(&str, &[f64])]) -> Design {
    let rows = columns.first().map_or(0, |(_, values)| values.len());
    Design::new(rows, columns.iter().map(|(name, values)| ((*name).to_owned(), values.to_vec()))).unwrap()
}

const X: [f64; 6] = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];

#[test]
fn a_column_that_others_explain_has_no_coefficient() {
    let twice: Vec<f64> = X.iter().map(|x| 2.0 * x + 7.0).collect();
    let columns = design(&[
        ("x", &X),
        ("constant", &[3.0; 6]),
        ("twice", &twice),
        ("odd", &[1.0, 0.0, 1.0, 0.0, 1.0, 1.0]),
    ]);
    let outcomes: Vec<f64> = X.iter().map(|x| 5.0 - 0.5 * x).collect();
    let fitted = Linear::fit(&columns, &outcomes, 0.9).unwrap();
    let estimates: Vec<Option<f64>> = fitted.coefficients.iter().map(|c| c.estimate).collect();
    assert!(
        (estimates[0].unwrap() + 0.5).abs() < 1e-12
            && (fitted.intercept.estimate.unwrap() - 5.0).abs() < 1e-12
    );
    assert_eq!(estimates[1..3], [None, None]);
    assert!(estimates[3].unwrap().abs() < 1e-12);
    assert_eq!(fitted.degrees_of_freedom, 3);
    assert!((fitted.r_squared.unwrap() - 1.0).abs() < 1e-12);
    let expected = fitted.expected(&columns).unwrap();
    assert!(expected.iter().zip(&outcomes).all(|(left, right)| (left - right).abs() < 1e-12));
}

#[test]
fn units_of_a_column_change_its_coefficient_and_nothing_else() {
    let outcomes = [3.0, 1.0, 4.0, 1.0, 5.0, 9.0];
    let events = [true, false, true, false, false, true];
    let in_won: Vec<f64> = X.iter().map(|x| 1e9 * x).collect();
    let (small, large) = (design(&[("x", &X)]), design(&[("x", &in_won)]));
    let (a, b) = (Linear::fit(&small, &outcomes, 0.9).unwrap(), Linear::fit(&large, &outcomes, 0.9).unwrap());
    assert!((a.r_squared.unwrap() - b.r_squared.unwrap()).abs() < 1e-14);
    assert!((a.coefficients[0].p_value.unwrap() - b.coefficients[0].p_value.unwrap()).abs() < 1e-12);
    let ridge = Settings { ridge: 1.0, ..Settings::default() };
    for settings in [Settings::default(), ridge] {
        let a = Logistic::fit(&small, &events, settings).unwrap();
        let b = Logistic::fit(&large, &events, settings).unwrap();
        assert!((a.log_likelihood - b.log_likelihood).abs() < 1e-12);
        let (slope, same) = (a.coefficients[0].estimate.unwrap(), 1e9 * b.coefficients[0].estimate.unwrap());
        assert!((slope / same - 1.0).abs() < 1e-9, "{slope} {same}");
    }
}

#[test]
fn fewer_rows_than_columns_leave_no_errors() {
    let columns = design(&[("a", &[1.0, 2.0]), ("b", &[1.0, 5.0])]);
    let fitted = Linear::fit(&columns, &[1.0, 2.0], 0.9).unwrap();
    assert_eq!((fitted.degrees_of_freedom, fitted.residual_deviation), (0, None));
    assert_eq!(fitted.coefficients[1].estimate, None);
    assert_eq!((fitted.coefficients[0].standard_error, fitted.adjusted_r_squared), (None, None));
    let alone = Linear::fit(&design(&[("a", &[1.0])]), &[4.0], 0.9).unwrap();
    assert_eq!((alone.intercept.estimate, alone.r_squared), (Some(4.0), None));
}

#[test]
fn a_separation_is_found() {
    let events = [false, false, false, true, true, true];
    let complete = Logistic::fit(&design(&[("x", &X)]), &events, Settings::default()).unwrap();
    assert_eq!(complete.separated_by, ["x"]);
    assert!(complete.converged && complete.coefficients[0].standard_error.is_none());
    // Two equal values on both sides: the others are still told apart.
    let quasi = [1.0, 2.0, 3.0, 3.0, 5.0, 6.0];
    let quasi = Logistic::fit(&design(&[("x", &quasi)]), &events, Settings::default()).unwrap();
    assert_eq!(quasi.separated_by, ["x"]);
    // A flag that only ever comes with the event, beside an honest variable.
    let (mixed, flag) = ([2.0, 5.0, 3.0, 1.0, 6.0, 4.0], [0.0, 0.0, 0.0, 1.0, 1.0, 0.0]);
    let both = design(&[("mixed", &mixed), ("flag", &flag)]);
    let one = Logistic::fit(&both, &events, Settings::default()).unwrap();
    assert_eq!(one.separated_by, ["flag"]);
    assert!(one.coefficients[0].standard_error.is_some());
    // With a ridge there is a maximum.
    let ridge = Logistic::fit(&both, &events, Settings { ridge: 1.0, ..Settings::default() }).unwrap();
    assert!(
        ridge.converged && ridge.separated_by.is_empty() && ridge.coefficients[1].estimate.unwrap() < 5.0
    );
}

#[test]
fn no_separation_is_found_where_there_is_none() {
    // One value far out, on the right side: a search that is slow, but ends.
    let far = [0.1, 0.3, 0.2, 0.15, 0.25, 1e6];
    let events = [false, true, false, true, false, true];
    let fitted = Logistic::fit(&design(&[("x", &far)]), &events, Settings::default()).unwrap();
    // The one far out is separated from nothing: with it alone moved, others stay where they are.
    assert!(fitted.converged);
    let near: Vec<f64> = far.iter().map(|x| x.min(1.0)).collect();
    let near = Logistic::fit(&design(&[("x", &near)]), &events, Settings::default()).unwrap();
    assert!(near.converged && near.separated_by.is_empty(), "{near:?}");
}

#[test]
fn mistakes_are_refused() {
    let x = design(&[("x", &X)]);
    assert_eq!(
        Linear::fit(&x, &[1.0], 0.9).unwrap_err(),
        Error::UnequalLengths { what: "outcomes", left: 6, right: 1 }
    );
    assert_eq!(Linear::fit(&x, &X, 1.0).unwrap_err(), Error::NotALevel { level: 1.0 });
    let same = Logistic::fit(&x, &[true; 6], Settings::default()).unwrap_err();
    assert_eq!(same, Error::OneOutcome { rows: 6, events: 6 });
    let none = Design::new(0, []).unwrap();
    assert_eq!(Linear::fit(&none, &[], 0.9).unwrap_err(), Error::Empty { what: "a regression" });
    assert!(Design::new(2, [("x".to_owned(), vec![1.0, f64::NAN])]).is_err());
    let fitted = Linear::fit(&x, &X, 0.9).unwrap();
    assert!(fitted.expected(&Design::new(1, []).unwrap()).is_err());
}

#[test]
fn levels_of_words() {
    let values = ["b", "a", "a", "", "c", "b", "a", "d", " b "];
    let levels =
        |least, most| Levels::of(values.iter().map(|v| Some(*v).filter(|v| !v.is_empty())), least, most);
    let named = |name: &str| Level::Named(name.to_owned());
    let all = levels(1, 9);
    assert_eq!(all.levels(), [named("a"), named("b"), named("c"), named("d"), Level::Missing]);
    assert_eq!((all.place(Some("c")), all.place(None), all.place(Some("new"))), (2, 4, 0));
    // c, d and the one not known are too rare, and together enough.
    let few = levels(2, 9);
    assert_eq!(few.levels(), [named("a"), named("b"), Level::Other]);
    assert_eq!((few.place(Some("d")), few.place(None), few.place(Some("new"))), (2, 2, 2));
    // What is left over is too rare even together.
    assert_eq!(levels(4, 9).levels(), [Level::Other]);
    assert_eq!(Levels::of([Some("a"), Some("a"), Some("b")], 2, 9).levels(), [named("a")]);
    assert_eq!(levels(1, 1).levels(), [named("a"), Level::Other, Level::Missing]);
    assert_eq!(Levels::of([None], 2, 9).place(Some("x")), 0);
}
