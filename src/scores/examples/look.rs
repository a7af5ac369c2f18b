//! Prints how the reader reads files: `cargo run -p aanrader-scores --example look -- FILE…`

fn main() {
    for path in std::env::args().skip(1) {
        match std::fs::read(&path) {
            Ok(bytes) => {
                let reading = aanrader_scores::read(&bytes);
                let path = path.rsplit('/').next().unwrap_or(&path);
                match reading.counted() {
                    Some(column) => println!(
                        "{path}: COUNTED {column}: n {} {:?} without {} {:?} {:?}",
                        column.tally.n(),
                        column.tally.counts(),
                        column.without_score(),
                        column.named.iter().map(ToString::to_string).collect::<Vec<_>>(),
                        reading.remarks.iter().map(ToString::to_string).collect::<Vec<_>>()
                    ),
                    None => println!(
                        "{path}: {reading} {:?}",
                        reading.candidates().map(|c| c.tally.n()).collect::<Vec<_>>()
                    ),
                }
            }
            Err(error) => println!("{path}: {error}"),
        }
    }
}
