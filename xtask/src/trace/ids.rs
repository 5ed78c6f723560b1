//! The ids of requirements and scenarios: owns how many there are of each kind and in which order
//! they come. It must not know what an id stands for. The numbers are those of the product's own
//! documents; they change only when a requirement is added.

/// Ids that share a prefix are numbered from 1 to `last`.
struct Range {
    prefix: &'static str,
    last: u32,
}

const RANGES: &[Range] = &[
    Range { prefix: "C.", last: 5 },
    Range { prefix: "S0.", last: 50 },
    Range { prefix: "S1.", last: 20 },
    Range { prefix: "S2.", last: 23 },
    Range { prefix: "S3.", last: 49 },
    Range { prefix: "S4.", last: 27 },
    Range { prefix: "W", last: 62 },
    Range { prefix: "A", last: 15 },
    Range { prefix: "P", last: 12 },
    Range { prefix: "T", last: 12 },
    Range { prefix: "N", last: 15 },
];

/// Every id, in the order of the table.
pub fn all() -> Vec<String> {
    let numbered = |range: &Range| {
        let prefix = range.prefix;
        (1..=range.last).map(move |number| format!("{prefix}{number}")).collect::<Vec<_>>()
    };
    RANGES.iter().flat_map(numbered).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn there_are_174_requirements_and_116_scenarios() {
        let ids = super::all();
        assert_eq!(ids.iter().filter(|id| id.contains('.')).count(), 174);
        assert_eq!(ids.iter().filter(|id| !id.contains('.')).count(), 116);
        assert_eq!(ids.first().map(String::as_str), Some("C.1"));
        assert_eq!(ids.last().map(String::as_str), Some("N15"));
    }
}
