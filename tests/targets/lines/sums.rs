// Rust whose lines and names are asked for: a generic function, a method in a module, what is inlined, and the standard library with it.
#[inline(never)]
fn summed<T: Copy + Into<u64>>(values: &[T]) -> u64 {
    values.iter().fold(0u64, |sum, &one| mixed(sum, one.into()))
}
#[inline(always)]
fn mixed(sum: u64, one: u64) -> u64 {
    sum.wrapping_mul(31).wrapping_add(one)
}
mod inner {
    pub struct Wide(pub [u32; 8]);
    impl Wide {
        #[inline(never)]
        pub fn total(&self) -> u64 {
            super::summed(&self.0)
        }
    }
}
fn main() {
    let wide = inner::Wide([std::env::args().count() as u32; 8]);
    println!("{}", wide.total());
}
