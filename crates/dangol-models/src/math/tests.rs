use proptest::prelude::*;

use super::*;

#[test]
fn values_of_the_tables() {
    // Abramowitz and Stegun, table 6.1: ψ′(1) = π²/6, ψ′(1/2) = π²/2.
    let square = std::f64::consts::PI.powi(2);
    assert!((trigamma(1.0) - square / 6.0).abs() < 1e-14);
    assert!((trigamma(0.5) - square / 2.0).abs() < 1e-14);
    assert!((ln_beta(2.0, 3.0) - (1.0_f64 / 12.0).ln()).abs() < 1e-14);
}

#[test]
fn the_rules_are_exact_for_polynomials() {
    for count in [1, 2, 5, 8, 16, 32] {
        let rule = Rule::legendre(count);
        let degree = 2 * count as i32 - 1;
        let found: f64 = rule.nodes.iter().zip(&rule.weights).map(|(x, w)| w * x.powi(degree)).sum();
        assert!((found - 1.0 / f64::from(degree + 1)).abs() < 1e-15, "{count}: {found}");
        assert!((rule.weights.iter().sum::<f64>() - 1.0).abs() < 1e-14);
    }
    assert_eq!([1, 5, 8, 9, 20, 21, 99].map(|n| Rule::ready(n).nodes.len()), [4, 8, 8, 12, 20, 32, 32]);
    assert!((integrate(0.0, 3.0, 2, f64::exp) - 3.0_f64.exp_m1()).abs() < 1e-13);
}

#[test]
fn logarithms_of_sums() {
    assert_eq!(ln_add_exp(f64::NEG_INFINITY, f64::NEG_INFINITY), f64::NEG_INFINITY);
    assert_eq!(ln_add_exp(f64::NEG_INFINITY, 3.0), 3.0);
    assert!((ln_add_exp(-1000.0, -1000.0) + 1000.0 - 2.0_f64.ln()).abs() < 1e-12);
    assert_eq!(ln_sub_exp(-5.0, f64::NEG_INFINITY), -5.0);
    assert!((ln_sub_exp(-1000.0, -1000.0 - 2.0_f64.ln()) + 1000.0 + 2.0_f64.ln()).abs() < 1e-12);
    assert_eq!([logistic(-800.0), logistic(0.0), logistic(800.0)], [0.0, 0.5, 1.0]);
}

#[test]
fn a_singular_matrix_has_no_inverse() {
    assert!(solve_symmetric(&[vec![1.0, 1.0], vec![1.0, 1.0]]).is_none());
    assert!(solve_symmetric(&[vec![1.0, 0.0], vec![0.0, -1.0]]).is_none());
    let found = solve_symmetric(&[vec![4e12, 2.0], vec![2.0, 2e-6]]).unwrap();
    let determinant = 8e6 - 4.0;
    assert!((found[0][0] / (2e-6 / determinant) - 1.0).abs() < 1e-12);
    assert!((found[0][1] / (-2.0 / determinant) - 1.0).abs() < 1e-12);
}

proptest! {
    #[test]
    fn short_numbers_come_back_from_json(exponent in -30_i32..15, digits in 1.0_f64..10.0) {
        let value = short(digits * 10.0_f64.powi(exponent));
        let back: f64 = serde_json::from_str(&serde_json::to_string(&value).unwrap()).unwrap();
        prop_assert_eq!(back, value);
        prop_assert!((value / (digits * 10.0_f64.powi(exponent)) - 1.0).abs() < 1e-14 || exponent < -7);
    }

    #[test]
    fn trigamma_is_the_slope_of_digamma(x in 0.05_f64..50.0) {
        let h = 1e-4 * x;
        let slope = (digamma(x + h) - digamma(x - h)) / (2.0 * h);
        prop_assert!((slope / trigamma(x) - 1.0).abs() < 1e-6);
    }

    #[test]
    fn the_power_integral_is_an_integral(k in -3.0_f64..3.0, z in 0.0_f64..50.0) {
        let found = integrate(0.0, z.ln_1p(), 4, |y| (-k * y).exp());
        prop_assert!((power_integral(k, z) - found).abs() <= 1e-12 * found.max(1e-300), "{found}");
        let near = power_integral(k * 1e-7, z);
        prop_assert!((near / z.ln_1p() - 1.0).abs() < 1e-5 || z == 0.0);
    }

    #[test]
    fn an_inverse_is_an_inverse(entries in prop::array::uniform9(-1.0_f64..1.0)) {
        let m: Vec<Vec<f64>> = (0..3).map(|i| (0..3).map(|j| {
            (0..3).map(|k| entries[i * 3 + k] * entries[j * 3 + k]).sum::<f64>() + if i == j { 0.1 } else { 0.0 }
        }).collect()).collect();
        let inverse = solve_symmetric(&m).unwrap();
        for (i, row) in m.iter().enumerate() {
            for (j, column) in inverse.iter().enumerate() {
                // The inverse is symmetric, too.
                let product: f64 = row.iter().zip(column).map(|(x, y)| x * y).sum();
                prop_assert!((product - f64::from(u8::from(i == j))).abs() < 1e-10);
            }
        }
    }
}
