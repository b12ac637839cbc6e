use super::*;

#[test]
fn the_middle_of_some_values() {
    assert_eq!(median(&mut []), None);
    assert_eq!(median(&mut [3.0, 1.0, 2.0]), Some(2.0));
    assert_eq!(times(99.6), "100");
}
