//! Gauss–Legendre quadrature.

use std::sync::OnceLock;

/// Nodes and weights on [0, 1].
#[derive(Clone, Debug)]
pub struct Rule {
    /// Nodes, ascending.
    pub nodes: Vec<f64>,
    /// Weights, which sum to 1.
    pub weights: Vec<f64>,
}

impl Rule {
    /// The rule with `count` nodes, exact for polynomials of degree 2 `count` − 1.
    ///
    /// Newton's method on the Legendre polynomial from Tricomi's approximation of its roots.
    #[must_use]
    pub fn legendre(count: usize) -> Self {
        let n = count as f64;
        let (mut nodes, mut weights) = (vec![0.0; count], vec![0.0; count]);
        for i in 0..count {
            let mut x = (std::f64::consts::PI * (i as f64 + 0.75) / (n + 0.5)).cos();
            let mut slope = 1.0;
            // Newton from so close doubles the digits each time: three steps, and some to spare.
            for _ in 0..6 {
                let (mut before, mut value) = (1.0, x);
                for k in 2..=count {
                    let k = k as f64;
                    (before, value) = (value, ((2.0 * k - 1.0) * x * value - (k - 1.0) * before) / k);
                }
                slope = n * (x * value - before) / (x * x - 1.0);
                x -= value / slope;
            }
            // The roots come in descending order.
            nodes[count - 1 - i] = f64::midpoint(1.0, x);
            weights[count - 1 - i] = 1.0 / ((1.0 - x * x) * slope * slope);
        }
        Self { nodes, weights }
    }

    /// One of the rules kept ready: 4, 8, 12, 20 or 32 nodes, the least with at least `count`, or else 32.
    #[must_use]
    pub fn ready(count: usize) -> &'static Self {
        static RULES: OnceLock<[Rule; 5]> = OnceLock::new();
        let rules = RULES.get_or_init(|| [4, 8, 12, 20, 32].map(Self::legendre));
        rules.iter().find(|rule| rule.nodes.len() >= count).unwrap_or(&rules[4])
    }
}

/// The integral of a smooth function from `low` to `high`, in `panels` parts of 32 nodes each.
pub fn integrate(low: f64, high: f64, panels: usize, mut f: impl FnMut(f64) -> f64) -> f64 {
    let rule = Rule::ready(32);
    let width = (high - low) / panels as f64;
    let mut total = 0.0;
    for panel in 0..panels {
        let start = low + width * panel as f64;
        for (node, weight) in rule.nodes.iter().zip(&rule.weights) {
            total += weight * f(start + width * node);
        }
    }
    total * width
}
