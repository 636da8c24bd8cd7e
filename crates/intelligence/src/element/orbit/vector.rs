//! Three-dimensional vectors, in metres where they are places.

/// A vector in a right-handed frame.
pub type Vector = [f64; 3];

/// `a` minus `b`.
pub fn minus(a: Vector, b: Vector) -> Vector {
    [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
}

/// The scalar product.
pub fn dot(a: Vector, b: Vector) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

/// The Euclidean length.
pub fn length(a: Vector) -> f64 {
    dot(a, a).sqrt()
}

/// How far apart two points are.
pub fn distance(a: Vector, b: Vector) -> f64 {
    length(minus(a, b))
}
